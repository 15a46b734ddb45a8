package scheduler_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/cards"
	"boardcast/scheduler"
	"boardcast/storage"
)

// calendar is a messenger whose communities have calendars, with the rules of Discord's. What breaks a rule is refused, and noted.
type calendar struct {
	*bottest.Sender
	now func() time.Time

	mu     sync.Mutex
	stands map[string][]*entry // by community
	calls  int
	fails  map[string]error // by community
	never  string           // the key of what is always refused
	cues   map[int]cue
	wrong  []string
}

// cue makes one call go wrong.
type cue struct {
	err      error
	accepted bool   // it was done all the same
	then     func() // called before it returns, if not nil
}

// entry is what stands in a calendar, with its story.
type entry struct {
	id    string
	state bot.HappeningState
	shows bot.Happening
	story []string
	taken bool // by a moderator
}

func newCalendar(now func() time.Time) *calendar {
	return &calendar{
		Sender: bottest.NewSender(now), now: now, stands: map[string][]*entry{}, fails: map[string]error{}, cues: map[int]cue{},
	}
}

// Host implements [bot.Hosting].
func (c *calendar) Host(_ context.Context, community string, h bot.Happening, id string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	if err := c.fails[community]; err != nil {
		return "", err
	}
	if h.Key == c.never {
		return "", &bot.RefusedError{Why: "Invalid Form Body"}
	}
	cue, cued := c.cues[c.calls]
	if cue.then != nil {
		defer cue.then()
	}
	if cued && !cue.accepted {
		return "", cue.err
	}
	id, err := c.put(community, h, id)
	if cued && cue.err != nil {
		return "", cue.err
	}
	return id, err
}

func (c *calendar) put(community string, h bot.Happening, id string) (string, error) {
	e := c.find(community, h.Key, id)
	switch {
	case e == nil && (id != "" || h.State != bot.IsComing):
		return "", bot.ErrGone
	case e == nil:
		if !h.Start.After(c.now()) {
			return c.refuse("an event in the past")
		}
		if c.open(community) == 100 {
			return "", &bot.RefusedError{Why: "Maximum number of guild scheduled events reached (100)"}
		}
		e = &entry{id: fmt.Sprint("e", community, len(c.stands[community])+1), state: bot.IsComing, shows: h}
		c.stands[community] = append(c.stands[community], e)
	case e.state != h.State && !slices.Contains([]string{"coming on", "coming off", "on over"}, string(e.state)+" "+string(h.State)):
		return c.refuse("from " + string(e.state) + " to " + string(h.State))
	case e.state == bot.IsComing && h.State == bot.IsComing && !h.Start.Equal(e.shows.Start) && !h.Start.After(c.now()):
		return c.refuse("a move into the past")
	}
	if h.State == bot.IsComing || h.State == bot.IsOn {
		if !h.End.After(h.Start) || !h.End.After(c.now()) || len(h.Name) == 0 || len(h.Where) == 0 {
			return c.refuse(fmt.Sprintf("what is from %s to %s, with a name of %d and a place of %d", h.Start, h.End, len(h.Name), len(h.Where)))
		}
		e.shows = h
	}
	e.state = h.State
	e.story = append(e.story, strings.TrimSpace(fmt.Sprint(h.State, " ", clocks(h))))
	return e.id, nil
}

// clocks are the times of a happening that has any.
func clocks(h bot.Happening) string {
	if h.Start.IsZero() {
		return ""
	}
	return h.Start.UTC().Format("15:04") + "-" + h.End.UTC().Format("15:04")
}

func (c *calendar) refuse(why string) (string, error) {
	c.wrong = append(c.wrong, why)
	return "", &bot.RefusedError{Why: why}
}

// find returns what stands there under an id, or else by a key. What is over or off does not.
func (c *calendar) find(community, key, id string) *entry {
	for _, e := range c.stands[community] {
		open := e.state == bot.IsComing || e.state == bot.IsOn
		if !e.taken && open && (e.id == id || id == "" && e.shows.Key == key) {
			return e
		}
	}
	return nil
}

func (c *calendar) open(community string) int {
	n := 0
	for _, e := range c.stands[community] {
		if !e.taken && (e.state == bot.IsComing || e.state == bot.IsOn) {
			n++
		}
	}
	return n
}

// hostWorld is a world with a calendar and who keeps it.
type hostWorld struct {
	*world
	words    scheduler.Composer
	calendar *calendar
	host     *scheduler.Host
}

func newHostWorld(t *testing.T) *hostWorld {
	t.Helper()
	return hostIn(newWorld(t, noon), composer(t))
}

// hostIn gives a world a calendar.
func hostIn(w *world, words scheduler.Composer) *hostWorld {
	h := &hostWorld{world: w, words: words, calendar: newCalendar(func() time.Time { return w.now })}
	h.live(w.store)
	w.t.Cleanup(func() {
		for _, wrong := range h.calendar.wrong {
			w.t.Errorf("the calendar was asked for %s", wrong)
		}
	})
	return h
}

// live begins a new life of the host on a store.
func (h *hostWorld) live(store storage.Store) {
	senders := map[bot.Messenger]bot.Sender{bot.Console: h.sender, bot.Discord: h.calendar}
	h.host = scheduler.NewHost(store, h.words, senders, quiet())
}

// until lets the time pass, stopping wherever the planner or the host wants to be called.
func (h *hostWorld) until(to time.Time) {
	h.t.Helper()
	const bound = 20_000
	for range bound {
		next := h.settle()
		later, err := h.host.Drain(h.t.Context(), h.now)
		if err != nil {
			h.t.Fatal(err)
		}
		if next.IsZero() || !later.IsZero() && later.Before(next) {
			next = later
		}
		if next.IsZero() || next.After(to) {
			if h.now.Equal(to) {
				return
			}
			next = to
		}
		if !next.After(h.now) {
			h.t.Fatalf("asked to be called at %s, which is not after %s", next, h.now)
		}
		h.now = next
	}
	h.t.Fatalf("did not come to rest before %s", to)
}

func (h *hostWorld) pass(d time.Duration) {
	h.t.Helper()
	h.until(h.now.Add(d))
}

// serverChat opens a chat of a community that has a calendar, in which Lei Jun is watched.
func (h *hostWorld) serverChat(community, name string) storage.Chat {
	h.t.Helper()
	var chat storage.Chat
	h.update(func(tx storage.Tx) (err error) {
		chat, err = storage.OpenChat(tx, bot.Chat{
			Address: bot.ChatID{Messenger: bot.Discord, Key: name}, Community: community, Kind: bot.Group, Zone: "UTC",
		})
		return err
	})
	h.watch(chat, storage.CardStyle)
	return chat
}

// server is serverChat with the setting on.
func (h *hostWorld) server(community, name string) storage.Chat {
	h.t.Helper()
	return h.set(h.serverChat(community, name), func(c *storage.Chat) { c.Hosts = true })
}

// set changes what is set for a chat.
func (h *hostWorld) set(chat storage.Chat, change func(c *storage.Chat)) storage.Chat {
	h.t.Helper()
	h.update(func(tx storage.Tx) (err error) {
		if chat, err = storage.Chats.Get(tx, chat.ID); err != nil {
			return err
		}
		change(&chat)
		return storage.SaveChat(tx, h.now, chat)
	})
	return chat
}

// edit changes a stream as nobody does by a step of it.
func (h *hostWorld) edit(id string, change func(s *storage.Stream)) {
	h.t.Helper()
	h.change(storage.Public, id, func(s *storage.Stream) (storage.Stream, error) {
		edited := *s
		change(&edited)
		return edited, nil
	})
}

// stories are those of what stands, or stood, in the calendar of the community "one".
func (h *hostWorld) stories() [][]string {
	var stories [][]string
	for _, e := range h.calendar.stands["one"] {
		stories = append(stories, e.story)
	}
	return stories
}

// states are how what is in the calendar of a community stands.
func (h *hostWorld) states(community string) string {
	var states []string
	for _, e := range h.calendar.stands[community] {
		states = append(states, string(e.state))
	}
	return strings.Join(states, " ")
}

// happenings are the records of what stands in calendars.
func (h *hostWorld) happenings() []storage.Happening {
	h.t.Helper()
	var all []storage.Happening
	h.view(func(r storage.Reader) error {
		all = nil
		for row, err := range storage.Happenings.Scan(r) {
			if err != nil {
				return err
			}
			all = append(all, row)
		}
		return nil
	})
	return all
}

// against is what is against keeping the calendar of a chat's community.
func (h *hostWorld) against(chat storage.Chat) (c storage.Calendar) {
	h.t.Helper()
	h.view(func(r storage.Reader) (err error) {
		c, err = storage.CalendarOf(r, chat.Community)
		return err
	})
	return c
}

// counts is how many calls something takes.
func (h *hostWorld) counts(do func()) int {
	before := h.calendar.calls
	do()
	return h.calendar.calls - before
}

// composer is that of the bot.
func composer(t *testing.T) scheduler.Composer {
	t.Helper()
	return cards.Composer{Words: bottest.Words(t)}
}
