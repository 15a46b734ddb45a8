package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

const (
	// handledAtOnce is how many events are handled at the same time.
	handledAtOnce = 32
	// handlingBound is how long handling one event may take.
	handlingBound = 30 * time.Second
	// mostInHand is how many events may wait to be handled; more than that are left out, which the log says.
	mostInHand = 5000
)

// inbox takes in what people say to the bot, and what happens to it.
type inbox struct {
	*Adapter
	bot   bot.Bot
	lanes *bot.Lanes

	inHand sync.WaitGroup
	room   chan struct{}

	mu    sync.Mutex
	known map[string]bool // guilds that the bot is in: one that is not among them is new
	met   map[[2]int]bool // shards that have told their guilds
}

func newInbox(a *Adapter, b bot.Bot) *inbox {
	return &inbox{
		Adapter: a, bot: b, lanes: bot.NewLanes(handledAtOnce, handlingBound), room: make(chan struct{}, mostInHand),
		known: map[string]bool{}, met: map[[2]int]bool{},
	}
}

// wait waits until all that was taken in is handled.
func (in *inbox) wait() { in.inHand.Wait() }

// message is what was written in a channel. Its words are there only if it is said to the bot.
type message struct {
	ID         string            `json:"id"`
	ChannelID  string            `json:"channel_id"`
	GuildID    string            `json:"guild_id"`
	Content    string            `json:"content"`
	Author     user              `json:"author"`
	Member     *member           `json:"member"`
	WebhookID  string            `json:"webhook_id"`
	Type       int               `json:"type"`
	Timestamp  time.Time         `json:"timestamp"`
	Referenced *message          `json:"referenced_message"`
	Components []targetComponent `json:"components"`
}

// ready is what the gateway says first.
type ready struct {
	User   user    `json:"user"`
	Guilds []guild `json:"guilds"` // of the shard
	Shard  [2]int  `json:"shard"`  // which one, and of how many
}

// take takes in an event of the gateway. What takes time it leaves to goroutines of its own, which [inbox.wait] waits for.
func (in *inbox) take(ctx context.Context, d dispatch) {
	switch d.Type {
	case "READY":
		takeAs(ctx, in, d, in.ready)
	case "INTERACTION_CREATE":
		takeAs(ctx, in, d, in.interaction)
	case "MESSAGE_CREATE":
		takeAs(ctx, in, d, in.message)
	case "GUILD_CREATE":
		takeAs(ctx, in, d, in.arrival)
	case "GUILD_DELETE":
		takeAs(ctx, in, d, in.departure)
	case "CHANNEL_DELETE", "THREAD_DELETE":
		takeAs(ctx, in, d, in.closing)
	case "GUILD_ROLE_UPDATE", "GUILD_ROLE_CREATE", "GUILD_ROLE_DELETE", "GUILD_UPDATE":
		takeAs(ctx, in, d, in.rightsChanged)
	case "CHANNEL_UPDATE", "THREAD_UPDATE":
		takeAs(ctx, in, d, func(_ context.Context, c channel) { in.places.channels.note(c.ID, c) })
	}
}

// guildChange is word of a guild that has changed, or of a role of one.
type guildChange struct {
	ID      string `json:"id"`
	GuildID string `json:"guild_id"` // empty: ID is the guild's
}

// rightsChanged forgets what was known of who may do what in a guild.
func (in *inbox) rightsChanged(_ context.Context, c guildChange) {
	id := cmp.Or(c.GuildID, c.ID)
	in.places.guilds.forget(id)
	in.managers.forget(id)
}

// takeAs reads an event and hands it on. One that cannot be read is left out, which the log says.
func takeAs[T any](ctx context.Context, in *inbox, d dispatch, handle func(ctx context.Context, what T)) {
	var what T
	if err := json.Unmarshal(d.Data, &what); err != nil {
		in.cfg.Log.WarnContext(ctx, "event not understood", "event", d.Type, "error", err)
		return
	}
	handle(ctx, what)
}

// handle does something in the lane of a key, and logs what goes wrong. It reports whether there is room for it.
func (in *inbox) handle(ctx context.Context, key, what string, do func(ctx context.Context) error) bool {
	if !in.enter(ctx, what) {
		return false
	}
	turn := in.lanes.Join(key)
	in.inHand.Go(func() {
		defer in.leave()
		turn.Run(ctx, func(ctx context.Context) {
			if err := guarded(ctx, do); err != nil {
				in.cfg.Log.ErrorContext(ctx, "event failed", "event", what, "error", err)
			}
		})
	})
	return true
}

// enter takes a place among what is in hand, and reports whether there is one. Whoever has one leaves.
func (in *inbox) enter(ctx context.Context, what string) bool {
	select {
	case in.room <- struct{}{}:
		return true
	default:
		in.cfg.Log.WarnContext(ctx, "too much at once; an event is left out", "event", what)
		return false
	}
}

func (in *inbox) leave() { <-in.room }

// guarded turns a panic into an error.
func guarded(ctx context.Context, do func(ctx context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return do(ctx)
}

// ready notes which guilds the bot is in, and that it was sent out of others while nothing was heard of them.
func (in *inbox) ready(ctx context.Context, r ready) {
	if r.User.ID == "" || r.Shard[1] < 1 {
		in.cfg.Log.WarnContext(ctx, "event not understood", "event", "READY")
		return
	}
	in.me.Store(&r.User)
	for _, id := range in.compare(r) {
		in.departure(ctx, guild{ID: id})
	}
}

// compare returns the guilds that a shard knew and tells no more. Those that it tells for the first time are not new, for the program
// began after them; later on, whoever lets the bot in meanwhile is greeted.
func (in *inbox) compare(r ready) []string {
	in.mu.Lock()
	defer in.mu.Unlock()
	told := map[string]bool{}
	for _, g := range r.Guilds {
		told[g.ID] = true
	}
	if !in.met[r.Shard] {
		in.met[r.Shard] = true
		maps.Copy(in.known, told)
	}
	var lost []string
	for id := range in.known {
		if !told[id] && shardWith(id, r.Shard[1]) == r.Shard[0] {
			lost = append(lost, id)
		}
	}
	return lost
}

// shardWith is which one of so many shards a guild is of.
func shardWith(guildID string, shards int) int {
	const madeAt = 22 // bits behind the time at which it was made
	id, err := strconv.ParseUint(guildID, 10, 64)
	if err != nil {
		return 0
	}
	return int((id >> madeAt) % uint64(shards)) //nolint:gosec // it is less than shards
}

// message takes in what somebody says to the bot: in a private chat, with a mention of it at one end, or in a reply to it. Who mentions it
// in between speaks of it to others. A reply to a question goes on with the line that the question is about.
func (in *inbox) message(ctx context.Context, m message) {
	me := in.me.Load()
	if me == nil || isNobodys(m) {
		return
	}
	private := m.GuildID == ""
	line, named := withoutMention(m.Content, me.ID)
	replied := m.Referenced != nil && m.Referenced.Author.ID == me.ID
	if !private && !named && !replied || strings.TrimSpace(m.Content) == "" {
		return
	}
	if line == "" { // nothing but the bot's name
		line = "/help"
	}
	prompt := ""
	if replied && !strings.HasPrefix(line, "/") {
		prompt = promptIn(m.Referenced.Components)
	}
	of := ""
	if replied {
		of = m.Referenced.ID
	}
	in.handle(ctx, m.ChannelID, "message", func(ctx context.Context) error {
		ctx = bot.Answering(ctx)
		line, err := in.continued(ctx, prompt, line)
		if err != nil {
			return err
		}
		c := channel{ID: m.ChannelID}
		if !private {
			if known, err := in.places.channels.of(ctx, m.ChannelID, rememberFor); err == nil {
				c = known
			}
		}
		said := bot.Inbound{
			ID: "m" + m.ID, Chat: chatIn(m.GuildID, "", c, m.Author), From: personOf(m.Author, m.Member, ""), Sent: m.Timestamp,
			Text: line, ToBot: named || replied, Roles: rolesOf(m.Member), About: oneOf(m.ChannelID, of),
		}
		if post, answered := in.bot.Answer(ctx, said); answered {
			in.reply(ctx, m, said, post)
		}
		return nil
	})
}

// promptIn is what the button says that asks for the end of a line; "" if there is none.
func promptIn(components []targetComponent) string {
	for _, c := range components {
		if mark, _ := cutMark(c.CustomID); mark == formMark {
			return c.CustomID
		}
		if prompt := promptIn(c.Components); prompt != "" {
			return prompt
		}
	}
	return ""
}

// continued is the line of a prompt with what is said as its end, and what is said where there is no prompt.
func (a *Adapter) continued(ctx context.Context, prompt, said string) (string, error) {
	if prompt == "" {
		return said, nil
	}
	line, err := a.lineOfData(ctx, prompt)
	if err != nil || line == "" {
		return said, err
	}
	return endedWith(line, said), nil
}

// endedWith is a line of a form with its end.
func endedWith(prompt, end string) string {
	_, line := cutMark(prompt)
	return strings.TrimSpace(line) + " " + end
}

// isNobodys reports whether a message is one that no person said: a bot's, a webhook's, or Discord's own word of something.
func isNobodys(m message) bool {
	const ordinary, reply = 0, 19
	return m.Author.ID == "" || m.Author.Bot || m.WebhookID != "" || m.Type != ordinary && m.Type != reply
}

var mentioned = regexp.MustCompile(`^<@!?([0-9]+)>[ ,:，：]*|\s*<@!?([0-9]+)>$`)

// withoutMention takes a mention of the bot off the front or the end of a text, and reports whether it was there.
func withoutMention(text, id string) (string, bool) {
	text = strings.TrimSpace(text)
	found := mentioned.FindStringSubmatchIndex(text)
	if found == nil {
		return text, false
	}
	who := ""
	for _, group := range []int{2, 4} {
		if found[group] >= 0 {
			who = text[found[group]:found[group+1]]
		}
	}
	if who != id {
		return text, false
	}
	return strings.TrimSpace(text[:found[0]] + text[found[1]:]), true
}

// reply answers a message where it was said.
func (in *inbox) reply(ctx context.Context, m message, said bot.Inbound, post bot.Post) {
	if post.Brief {
		post = bot.Brief(post, showAll(said.Text))
	}
	first := creation{Nonce: said.ID}
	if said.Chat.Kind != bot.Private {
		first.Reference = &reference{MessageID: m.ID}
	}
	var messages []string
	err := insistently(ctx, func() (err error) {
		messages, err = in.post(ctx, m.ChannelID, prompted(post), first)
		if hasCode(err, codeNoHistory) { // who may not read back may not reply, but may speak
			first.Reference = nil
			messages, err = in.post(ctx, m.ChannelID, prompted(post), first)
		}
		return err
	})
	switch {
	case err != nil:
		in.cfg.Log.WarnContext(ctx, "answer not sent", "channel", m.ChannelID, "why", explain(err))
	case post.Fleeting:
		in.tidy.Later(said.Chat.Address, joinIDs(m.ChannelID, messages))
	}
}

// arrival takes in a guild that the bot is in. One that was not known before is new: somebody has let the bot in.
func (in *inbox) arrival(ctx context.Context, g guild) {
	in.mu.Lock()
	known := in.known[g.ID]
	in.known[g.ID] = true
	in.mu.Unlock()
	if known || g.Unavailable {
		return
	}
	in.handle(ctx, "guild "+g.ID, "arrival", func(ctx context.Context) error {
		c := in.firstChannel(g)
		e := bot.Event{Kind: bot.Arrived, Chat: chatIn(g.ID, g.Locale, c, user{})}
		post, ok := in.bot.Happened(ctx, e)
		if !ok || c.ID == "" {
			return nil
		}
		if _, err := in.Send(ctx, e.Chat.Address, post, ""); err != nil {
			in.cfg.Log.InfoContext(ctx, "greeting not sent", "channel", c.ID, "error", err)
		}
		return nil
	})
}

// firstChannel is where the bot greets a guild: where Discord greets new members, else the topmost channel in which it may write.
func (in *inbox) firstChannel(g guild) channel {
	const needed = discordgo.PermissionViewChannel | discordgo.PermissionSendMessages | discordgo.PermissionEmbedLinks
	me := in.me.Load()
	if me == nil {
		return channel{}
	}
	var roles []string
	for _, m := range g.Members {
		if m.User.ID == me.ID {
			roles = m.Roles
		}
	}
	channels := slices.SortedFunc(slices.Values(g.Channels), func(a, b channel) int {
		return cmp.Or(cmp.Compare(boolRank(a.ID == g.SystemChannelID), boolRank(b.ID == g.SystemChannelID)), cmp.Compare(a.Position, b.Position))
	})
	for _, c := range channels {
		if c.Type == textChannel && g.rightsIn(c, me.ID, roles)&needed == needed {
			return c
		}
	}
	return channel{}
}

func boolRank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// departure takes in that the bot was sent out of a guild. That Discord cannot reach a guild for a while is no departure.
func (in *inbox) departure(ctx context.Context, g guild) {
	if g.Unavailable {
		return
	}
	in.mu.Lock()
	delete(in.known, g.ID)
	in.mu.Unlock()
	in.handle(ctx, "guild "+g.ID, "departure", func(ctx context.Context) error {
		in.bot.Happened(ctx, bot.Event{Kind: bot.Departed, Chat: bot.Chat{Address: address(g.ID), Community: g.ID, Kind: bot.Group}})
		return nil
	})
}

// closing takes in that a channel or a thread was deleted.
func (in *inbox) closing(ctx context.Context, c channel) {
	in.places.channels.forget(c.ID)
	if c.GuildID == "" {
		return
	}
	in.handle(ctx, c.ID, "closing", func(ctx context.Context) error {
		in.bot.Happened(ctx, bot.Event{Kind: bot.Closed, Chat: chatIn(c.GuildID, "", c, user{})})
		return nil
	})
}
