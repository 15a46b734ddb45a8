package discord_test

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"boardcast/bot/bottest/discordsrv"
	"boardcast/bot/discord"
)

// direct does what a line after "@" says.
func (p *play) direct(said string) {
	words, options := wordsOf(said)
	if p.persons(words, options) || p.place(words, options) || p.machine(words) {
		p.w.pass(pace)
		return
	}
	p.pass(said)
}

// persons does what concerns people; it reports whether the words say so.
func (p *play) persons(words []string, options map[string]string) bool {
	server := p.w.server
	switch strings.Join(words[:min(2, len(words))], " ") {
	case "close dms":
		server.CloseDMs(p.person(words[2]).ID)
		return true
	case "open dms":
		server.OpenDMs(p.person(words[2]).ID)
		return true
	}
	switch words[0] {
	case "person":
		p.know(words[1], server.AddUser(discordsrv.User{Username: words[1], GlobalName: named(words[1]), Locale: words[2]}))
	case "role":
		role := discordsrv.Role{Name: words[1], Permissions: rightsOf(p, options["may"]), Mentionable: options["mentionable"] != ""}
		p.roles[words[1]] = server.AddRole(p.here().ID, role).ID
		for name := range namesIn(options["members"]) {
			server.AddMember(p.here().ID, discordsrv.Member{User: p.person(name).ID, Roles: []string{p.roles[words[1]]}})
		}
	case "give":
		var roles []string
		for _, name := range words[2:] {
			roles = append(roles, p.roles[name])
		}
		server.AddMember(p.here().ID, discordsrv.Member{User: p.person(words[1]).ID, Roles: roles})
	case "joins":
		server.AddMember(p.here().ID, discordsrv.Member{User: p.person(words[1]).ID})
	default:
		return false
	}
	return true
}

// place does what concerns servers and channels.
func (p *play) place(words []string, options map[string]string) bool {
	server := p.w.server
	switch words[0] {
	case "guild":
		p.found(words[1], options)
	case "in":
		p.enter(strings.Join(words[1:], " "))
	case "channel", "announcement", "forum":
		kind := map[string]discordsrv.ChannelType{"announcement": discordsrv.Announcement, "forum": discordsrv.Forum}[words[0]]
		made := server.AddChannel(p.here().ID, discordsrv.Channel{Type: kind, Name: words[1]})
		p.settle(p.guild, "#"+words[1], made.ID)
	case "thread":
		p.settle(p.guild, "#"+words[1], server.AddThread(p.channel, discordsrv.Channel{Name: words[1]}).ID)
	case "allow", "deny":
		p.overwrite(words, options["to"])
	case "delete":
		p.w.server.DeleteChannel(p.lookUp(words[1]))
		p.news() // what was in it is gone with it
	case "archive":
		server.Archive(p.lookUp(words[1]), true, options["locked"] != "")
	case "remove":
		server.RemoveBot(p.here().ID)
	case "add":
		server.AddBot(p.here().ID)
	default:
		return false
	}
	return true
}

// machine does what concerns the program and Discord's machines.
func (p *play) machine(words []string) bool {
	server := p.w.server
	switch words[0] {
	case "restart":
		p.w.stop()
		p.w.start()
	case "stop":
		p.w.stop()
		p.w.stop = func() {}
	case "start":
		p.w.start()
	case "drop":
		server.Drop(0, 0)
	case "lose":
		server.Forget(0)
		server.Drop(0, 0)
	case "outage":
		server.Outage(true)
	case "mend":
		server.Outage(false)
		server.Mend()
	case "slow":
		delay, err := time.ParseDuration(words[1])
		if err != nil {
			p.w.t.Fatal(err)
		}
		server.Fail(func(c discordsrv.Call) *discordsrv.Fault {
			if c.Method != words[2] || !strings.HasPrefix(c.Route, words[3]) {
				return nil
			}
			return &discordsrv.Fault{Delay: delay}
		})
	default:
		return false
	}
	return true
}

// pass lets time pass: so much, or until Beijing's clocks show something.
func (p *play) pass(said string) {
	p.clocks = true
	if d, err := time.ParseDuration(said); err == nil {
		p.w.pass(d)
		return
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", said, p.zone)
	if err != nil {
		p.w.t.Fatalf("cannot do %q", said)
	}
	p.w.pass(time.Until(at))
}

// found makes a server, into which its owner lets the bot.
func (p *play) found(name string, options map[string]string) {
	place := discordsrv.Place{
		Name: name, Owner: p.person(options["owner"]).ID, Locale: options["locale"], Bot: discordsrv.Permission(discord.Permissions()),
	}
	for member := range namesIn(options["members"]) {
		place.Members = append(place.Members, discordsrv.Member{User: p.person(member).ID})
	}
	made := p.w.server.AddGuild(place)
	p.guilds = append(p.guilds, made)
	p.settle(name, "#general", made.SystemChannel)
}

// here is the server where the conversation is.
func (p *play) here() discordsrv.Guild {
	at := slices.IndexFunc(p.guilds, func(g discordsrv.Guild) bool { return g.Name == p.guild })
	if at < 0 {
		p.w.t.Fatalf("the conversation is in no server")
	}
	return p.guilds[at]
}

// overwrite changes what somebody may do in a channel.
func (p *play) overwrite(words []string, to string) {
	o := discordsrv.Overwrite{ID: p.roles[to]}
	switch {
	case to == "everyone":
		o.ID = p.here().ID
	case o.ID == "":
		o.ID, o.Member = p.person(to).ID, true
	}
	rights := rightsOf(p, words[2])
	if words[0] == "deny" {
		o.Deny = rights
	} else {
		o.Allow = rights
	}
	p.w.server.SetOverwrite(p.lookUp(words[1]), o)
}

// rightsOf reads a list of rights.
func rightsOf(p *play, list string) discordsrv.Permission {
	known := map[string]discordsrv.Permission{
		"manage_server": discordsrv.ManageGuild, "view": discordsrv.ViewChannel, "send": discordsrv.SendMessages, "embed": discordsrv.EmbedLinks,
		"attach": discordsrv.AttachFiles, "history": discordsrv.ReadHistory, "threads": discordsrv.SendInThreads,
		"commands": discordsrv.UseCommands, "mention": discordsrv.MentionEveryone,
	}
	var rights discordsrv.Permission
	for name := range namesIn(list) {
		right, ok := known[name]
		if !ok {
			p.w.t.Fatalf("there is no right %q", name)
		}
		rights |= right
	}
	return rights
}

func namesIn(list string) func(yield func(string) bool) {
	return strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' })
}

func named(name string) string {
	runes := []rune(name)
	return string(unicode.ToUpper(runes[0])) + string(runes[1:])
}
