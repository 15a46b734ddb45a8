package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"boardcast/bot"
	"boardcast/bot/discord"
	"boardcast/bot/lang"
)

// unknownApplication stands in the address for an application that the token does not name.
const unknownApplication = "APPLICATION_ID"

// invite prints the address at which somebody lets the Discord bot into a server, and what it asks for. It needs no network.
func (p program) invite(context.Context) error {
	set, file := p.flags("invite")
	words, c, err := p.words(set, file)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return &usageError{errors.New("invite takes no words: boardcast invite")}
	}
	spoken, err := lang.New()
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s\n\nOpen it and choose a server that you manage. It asks for the permissions %d:\n\n",
		discord.InviteURL(p.application(c.Discord.Token)), discord.Permissions())
	voice := bot.Voice{Words: spoken, Locale: "en"}
	const gap = 3
	columns := tabwriter.NewWriter(p.stdout, 0, 0, gap, ' ', 0)
	fmt.Fprintln(columns, "  permission\twithout it")
	for _, right := range discord.Rights() {
		name := voice.Plain(right.Right)
		if right.Optional {
			name += " (optional)"
		}
		fmt.Fprintf(columns, "  %s\t%s\n", name, voice.Plain(right.For))
	}
	return columns.Flush()
}

// application is the id of the application that the address is for, or what has to be replaced by it, and then it says so.
func (p program) application(token secret) string {
	const instead = "put the application ID of the developer portal (General Information) in the place of " + unknownApplication
	id, known := discord.ApplicationOf(token.Reveal())
	switch {
	case known:
		return id
	case token.IsZero():
		fmt.Fprintln(p.stderr, "discord.token is not set: "+instead)
	default:
		fmt.Fprintln(p.stderr, "discord.token is not the token of a bot, which the developer portal shows under Bot: "+instead)
	}
	return unknownApplication
}
