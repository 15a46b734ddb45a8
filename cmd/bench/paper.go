package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"
)

// What the messengers document for the designs that are compared.
const (
	telegramPaid      = 1000 // posts a second that Telegram takes of a bot that pays for those above 30
	crosspostsAnHour  = 10   // of a Discord channel
	callsACrosspost   = 2    // the message, and its being published
	callsAChannelPost = 1
)

// design is a way to tell many people of a stream.
type design struct {
	name  string
	calls func(readers int) int // that the bot makes
	rate  float64               // of calls a second
	share float64               // of the rate that boardcast is to reach
	note  string
}

// each is a call for each reader.
func each(readers int) int { return readers }

func always(calls int) func(int) int { return func(int) int { return calls } }

func designs() []design {
	return []design{
		{"Telegram, private chats one by one", each, telegramAllowed, telegramShare, "what boardcast does"},
		{"Telegram, the same, paid above 30/s", each, telegramPaid, telegramShare, "for 0.1 Stars a message"},
		{"Telegram, one channel that all subscribe to", always(callsAChannelPost), telegramAllowed, telegramShare, "Telegram itself spreads it"},
		{"Discord, channels one by one", each, discordAllowed, discordShare, "what boardcast does"},
		{
			"Discord, one announcement channel that all follow", always(callsACrosspost), discordAllowed, discordShare,
			fmt.Sprintf("Discord itself spreads it; %d messages an hour at most", crosspostsAnHour),
		},
	}
}

// takes is how long it takes until the last call has left, of which the first leaves at once, at a share of the rate.
func (d design) takes(readers int, share float64) time.Duration {
	return time.Duration(float64(d.calls(readers)-1) / (share * d.rate) * float64(time.Second))
}

// within is how many readers are told within a time.
func (d design) within(readers int, limit time.Duration) int {
	if d.takes(readers, 1) <= limit {
		return readers
	}
	return min(int(limit.Seconds()*d.rate)+1, readers)
}

// paper computes how long each design takes.
func paper(_ context.Context, args []string, stdout, stderr io.Writer) error {
	const million, gap, roughly = 1_000_000, 2, 100 * time.Millisecond
	set := flag.NewFlagSet("bench paper", flag.ContinueOnError)
	set.SetOutput(stderr)
	chats := set.Int("chats", million, "how many chats, or channels that follow, are told")
	if err := parse(set, args); err != nil {
		return err
	}
	if *chats < 1 {
		return &usageError{errors.New("--chats must be 1 or more")}
	}
	table := tabwriter.NewWriter(stdout, 0, 0, gap, ' ', 0)
	fmt.Fprintf(table, "%d chats\tcalls\tlast one leaves after\tat the share to reach\tleft in a minute\tin 10 minutes\tin an hour\t\n", *chats)
	for _, d := range designs() {
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", d.name, d.calls(*chats), d.takes(*chats, 1).Round(roughly), d.takes(*chats, d.share).Round(roughly),
			d.part(*chats, time.Minute), d.part(*chats, 10*time.Minute), d.part(*chats, time.Hour), d.note)
	}
	return table.Flush()
}

// part is how many of the readers are told within a time, in words.
func (d design) part(readers int, limit time.Duration) string {
	n := d.within(readers, limit)
	if n == readers {
		return "all"
	}
	return strconv.Itoa(n)
}
