package discord_test

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/bottest/discordsrv"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// ill is a channel of which one call goes wrong, and what comes of it: of a live notice, of an ended one, of an edit and of an answer.
type ill struct {
	fault *discordsrv.Fault
	waits time.Duration // before the next call at least

	live, ended, edit, answer string
}

const (
	once     = "sent, 1 message in 2 calls"
	again    = "edited in 2 calls"
	answered = "answered"
	tooLate  = "not answered in time"
)

// illnesses are what befalls one channel while the others are well. Discord knows a notice again that it has taken: whatever happens, it
// stands there once.
func illnesses() map[string]ill {
	of := func(fault *discordsrv.Fault) ill {
		return ill{fault: fault, live: once, ended: once, edit: again, answer: answered}
	}
	taken := func(fault *discordsrv.Fault) ill {
		fault.Taken = true
		return of(fault)
	}
	late := func(of ill) ill {
		of.answer = tooLate
		return of
	}
	limited := late(of(discordsrv.TooEarly(7*time.Second, "user")))
	limited.waits = 7 * time.Second
	return map[string]ill{
		"429":                        limited,
		"401":                        of(discordsrv.Answer(401, 0, "401: Unauthorized")),
		"500":                        of(discordsrv.Answer(500, 0, "Internal Server Error")),
		"500 after acceptance":       taken(discordsrv.Answer(500, 0, "Internal Server Error")),
		"502 page":                   of(discordsrv.BadGateway()),
		"502 page after acceptance":  taken(discordsrv.BadGateway()),
		"503":                        of(discordsrv.Unavailable()),
		"an empty answer":            of(&discordsrv.Fault{Status: http.StatusInternalServerError}),
		"a page of a captive portal": of(&discordsrv.Fault{Status: http.StatusOK, Body: "<html>Welcome</html>"}),
		"timeout":                    late(of(&discordsrv.Fault{Hang: true})),
		"timeout after acceptance":   taken(&discordsrv.Fault{Hang: true}),
		"reset":                      of(&discordsrv.Fault{Err: &net.OpError{Op: "write", Net: "tcp", Err: syscall.ECONNRESET}}),
		"reset after acceptance":     of(discordsrv.Lost()),
		"reset within the answer":    of(&discordsrv.Fault{Cut: true}),
		"no connection":              of(discordsrv.Refused()),
		"no such name":               of(discordsrv.Unresolved()),
	}
}

// Each channel has its own trouble, in one world: that of one is nobody else's.
func TestFaultsOfACall(t *testing.T) {
	t.Parallel()
	rows, got := illnesses(), map[string]ill{}
	inWorld(t, func(w *world) {
		ward := ward{world: w, rows: rows}
		ward.admit()
		stream := w.announce(3 * time.Hour)
		w.pass(time.Minute)
		live := ward.through(func() { w.goLive(stream) })
		for name, b := range ward.beds {
			got[name] = ill{live: ward.told(b, storage.LiveNotice, live)}
		}
		ended := ward.through(func() { w.end(stream) })
		for name, b := range ward.beds {
			of := got[name]
			of.ended, of.edit = ward.told(b, storage.EndedNotice, ended), ward.edited(b, ended)
			got[name] = of
		}
		for name, b := range ward.beds {
			of := got[name]
			of.answer = ward.ask(b)
			got[name] = of
		}
	}, unlimited)
	named := slices.DeleteFunc(bottest.FaultTests(t, "../../docs/delivery.md", bot.Discord), func(name string) bool { return !strings.HasPrefix(name, t.Name()+"/") })
	for i, name := range named {
		named[i] = strings.TrimPrefix(name, t.Name()+"/")
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(rows)), named); diff != "" {
		t.Errorf("docs/delivery.md names other faults (-tested +named):\n%s", diff)
	}
	for name, want := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := got[name]
			for what, pair := range map[string][2]string{
				"a live notice": {is.live, want.live}, "an ended notice": {is.ended, want.ended}, "an edit": {is.edit, want.edit}, "an answer": {is.answer, want.answer},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s: %s; want %s", what, pair[0], pair[1])
				}
			}
		})
	}
}

// ward is a world in which every row of a table has two channels: one that gets a message for each thing, and one with a card.
type ward struct {
	*world
	rows map[string]ill
	beds map[string]bed
}

type bed struct {
	ill
	each, card string
	chat       storage.Chat // that of each
}

// admit has every channel watch Lei Jun.
func (w *ward) admit() {
	w.beds = map[string]bed{}
	for _, name := range slices.Sorted(maps.Keys(w.rows)) {
		channel := func() string {
			return w.server.AddChannel(w.guild.ID, discordsrv.Channel{Type: discordsrv.Text, Name: strings.ReplaceAll(name, " ", "-")}).ID
		}
		b := bed{ill: w.rows[name], each: channel(), card: channel()}
		b.chat = w.watching(b.each, storage.MessagesStyle)
		w.watching(b.card, storage.CardStyle)
		w.beds[name] = b
	}
}

// through has the next message to a channel of each row, and the next edit in the other, go wrong, does something, and gives it five
// minutes. It returns when it began.
func (w *ward) through(do func()) time.Time {
	w.t.Helper()
	for _, b := range w.beds {
		w.fail(b.fault, http.MethodPost, createRoute, b.each)
		w.fail(b.fault, http.MethodPatch, editRoute, b.card)
	}
	began := time.Now()
	do()
	w.pass(5 * time.Minute)
	w.server.Mend()
	return began
}

// told is what became of a notice, in words.
func (w *ward) told(b bed, kind storage.NoticeKind, began time.Time) string {
	w.t.Helper()
	calls := w.calls(http.MethodPost, createRoute, b.each, began)
	if len(calls) > 1 && calls[1].At.Sub(calls[0].At) < b.waits {
		return fmt.Sprintf("called again after %s", calls[1].At.Sub(calls[0].At))
	}
	messages := slices.DeleteFunc(w.server.Sent(b.each), func(m discordsrv.Message) bool { return m.At.Before(began) })
	return fmt.Sprintf("%s, %s in %s", w.outcome(b.chat, kind), counted(len(messages), "message"), counted(len(calls), "call"))
}

// edited is what became of the card.
func (w *ward) edited(b bed, began time.Time) string {
	w.t.Helper()
	sent := w.server.Sent(b.card)
	if shown := sent[len(sent)-1]; len(shown.Earlier) == 0 {
		return "not edited: " + shown.Text
	}
	return "edited in " + counted(len(w.calls(http.MethodPatch, editRoute, b.card, began)), "call")
}

// ask has somebody ask something, the first answer to which goes wrong.
func (w *ward) ask(b bed) string {
	w.t.Helper()
	w.failIf(b.fault, func(c discordsrv.Call) bool { return strings.HasSuffix(c.Path, "/callback") })
	defer w.server.Mend()
	id, err := w.server.Command(discordsrv.Invocation{Channel: b.each, User: w.ann.ID, Path: []string{"chat", "show"}, Locale: "en-GB"})
	if err != nil {
		w.t.Fatal(err)
	}
	w.pass(20 * time.Second)
	fate := w.server.Interaction(id)
	if fate.Original == nil {
		return tooLate
	}
	return answered
}

// fail has the next call of a method and a route to a channel go wrong.
func (w *world) fail(f *discordsrv.Fault, method, route, channel string) {
	w.failIf(f, func(c discordsrv.Call) bool { return c.Method == method && c.Route == route && c.Channel == channel })
}

// failIf has the next call go wrong that is of a kind.
func (w *world) failIf(f *discordsrv.Fault, is func(c discordsrv.Call) bool) {
	var wrong atomic.Bool
	w.server.Fail(func(c discordsrv.Call) *discordsrv.Fault {
		if !is(c) || !wrong.CompareAndSwap(false, true) {
			return nil
		}
		if f.Status == http.StatusTooManyRequests {
			w.limited.Add(1)
		}
		return f
	})
}

// calls are those of a method and a route to a channel since a time.
func (w *world) calls(method, route, channel string, began time.Time) []discordsrv.Call {
	return slices.DeleteFunc(w.server.Calls(method, route), func(c discordsrv.Call) bool { return c.Channel != channel || c.At.Before(began) })
}

// counted is a number of things: "1 call", "2 calls".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// watching has a channel watch Lei Jun.
func (w *world) watching(channel string, style storage.Style) storage.Chat {
	w.t.Helper()
	var seen storage.Chat
	w.update(func(tx storage.Tx) (err error) {
		seen, err = storage.OpenChat(tx, bot.Chat{Address: address(channel), Community: w.guild.ID, Kind: bot.Group, Zone: "Asia/Shanghai"})
		if err != nil {
			return err
		}
		_, err = storage.AddWatch(tx, time.Now(), seen, storage.Watch{Subjects: []storage.Subject{storage.Person("lei-jun")}, Style: style})
		return err
	})
	return seen
}

// announce announces a stream of Lei Jun to everybody.
func (w *world) announce(in time.Duration) string {
	w.t.Helper()
	var stream storage.Stream
	w.update(func(tx storage.Tx) (err error) {
		stream, err = storage.AddStream(tx, time.Now(), storage.Stream{
			Scope: storage.Public, People: []string{"lei-jun"}, State: storage.Announced, Start: bot.NewWhen(time.Now().Add(in), time.UTC, bot.ToMinute),
		})
		return err
	})
	return stream.ID
}

func (w *world) goLive(stream string) {
	w.t.Helper()
	w.take(stream, func(s *storage.Stream) (storage.Stream, error) { return s.GoLive(time.Now()) })
}

func (w *world) end(stream string) {
	w.t.Helper()
	w.take(stream, func(s *storage.Stream) (storage.Stream, error) { return s.End(time.Now()) })
}

// take takes a stream a step on.
func (w *world) take(stream string, step func(s *storage.Stream) (storage.Stream, error)) {
	w.t.Helper()
	w.update(func(tx storage.Tx) error {
		s, err := storage.Streams.Get(tx, string(storage.Public), stream)
		if err != nil {
			return err
		}
		changed, err := step(&s)
		if err != nil {
			return err
		}
		_, err = storage.SaveStream(tx, time.Now(), changed)
		return err
	})
}

func (w *world) update(fn func(tx storage.Tx) error) {
	w.t.Helper()
	if err := w.house.Store.Update(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// outcome is where the notice of a kind to a chat stands; of several, the last.
func (w *world) outcome(chat storage.Chat, kind storage.NoticeKind) storage.Outcome {
	w.t.Helper()
	found := storage.Outcome("owed to nobody")
	err := w.house.Store.View(w.t.Context(), func(r storage.Reader) error {
		for n, err := range storage.Notices.Scan(r) {
			if err != nil {
				return err
			}
			if n.Chat == chat.ID && n.Kind == kind {
				found = n.Outcome
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

// In an outage nothing that matters is lost, and nobody is flooded after it: what was missed is one message.
func TestFaultAnHoursOutage(t *testing.T) {
	t.Parallel()
	inMailroom(t, func(w *world) {
		w.watching(w.news.ID, storage.CardStyle)
		first := w.announce(20 * time.Hour)
		w.settle()
		said := w.outage(w.news.ID, time.Hour, func() {
			w.goLive(first)
			w.announce(30 * time.Hour)
		})
		if len(said) != 1 || !strings.HasPrefix(said[0], "While I was away: 2 streams") {
			t.Errorf("after an hour: %q\n%s", said, w.log)
		}
		if owed := w.owed(); owed != 0 {
			t.Errorf("%d notices are owed still", owed)
		}
	})
}

// Killed between a message that was taken and its mark on disk, boardcast does not know of it at the next start.
func TestFaultKilledInFlight(t *testing.T) {
	t.Parallel()
	inMailroom(t, func(w *world) {
		chat := w.watching(w.news.ID, storage.MessagesStyle)
		for _, down := range []time.Duration{time.Minute, 5 * time.Minute} {
			stream := w.announce(time.Hour)
			w.settle()
			began := time.Now()
			w.goLive(stream)
			w.settle()
			w.die(chat, storage.LiveNotice, stream, down)
			w.end(stream)
			w.settle()
			w.die(chat, storage.EndedNotice, stream, down)
			got := fmt.Sprintf("%s of %d, %s of %d", w.outcome(chat, storage.LiveNotice), w.count(w.news.ID, began, "● LIVE"),
				w.outcome(chat, storage.EndedNotice), w.count(w.news.ID, began, "Ended"))
			if want := map[time.Duration]string{time.Minute: "sent of 1, sent of 1", 5 * time.Minute: "sent of 2, uncertain of 1"}[down]; got != want {
				t.Errorf("back after %s: %s; want %s\n%q", down, got, want, w.saidSince(w.news.ID, began))
			}
		}
	})
}

// die is a kill right after a message to a chat was taken, and a new start after a while: the notice stands on disk as in flight.
func (w *world) die(chat storage.Chat, kind storage.NoticeKind, stream string, down time.Duration) {
	w.t.Helper()
	w.stop()
	w.update(func(tx storage.Tx) error {
		for n, err := range storage.Notices.Scan(tx) {
			if err != nil {
				return err
			}
			if n.Chat != chat.ID || n.Kind != kind || n.Stream != stream {
				continue
			}
			n.Outcome, n.Settled, n.Message, n.Rang = storage.Sending, time.Time{}, "", false
			card, err := storage.Cards.Get(tx, stream, chat.ID)
			if err != nil {
				return err
			}
			card.Rang, card.Sent = time.Time{}, time.Time{}
			return errors.Join(storage.Notices.Put(tx, n), storage.Cards.Put(tx, card))
		}
		return nil
	})
	w.pass(down)
	w.deliver()
}

// count is how many messages since a time begin with a word.
func (w *world) count(chat string, began time.Time, word string) int {
	n := 0
	for _, line := range w.saidSince(chat, began) {
		if strings.HasPrefix(line, word) {
			n++
		}
	}
	return n
}

// owed is how many notices are owed still.
func (w *world) owed() int {
	w.t.Helper()
	n := 0
	err := w.house.Store.View(w.t.Context(), func(r storage.Reader) error {
		n = 0
		for notice, err := range storage.Notices.Scan(r) {
			if err != nil {
				return err
			}
			if notice.Owed() {
				n++
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// outage has the messenger be out of reach for so long after something is done, and returns what it says in a chat once it is back, line by line.
func (w *world) outage(chat string, long time.Duration, do func()) []string {
	w.t.Helper()
	w.server.Outage(true)
	until := time.Now().Add(long)
	do()
	w.pass(time.Until(until))
	w.server.Outage(false)
	w.pass(11 * time.Minute) // the longest wait between two attempts
	return w.saidSince(chat, until)
}

// saidSince are the headlines of the messages in a channel since a time, as they were sent.
func (w *world) saidSince(channel string, began time.Time) []string {
	var said []string
	for _, m := range w.server.Sent(channel) {
		if m.At.Before(began) {
			continue
		}
		if len(m.Earlier) > 0 {
			m.Content = m.Earlier[0]
		}
		title, _, _ := strings.Cut(strings.TrimSpace(shown(m)), "\n")
		said = append(said, title)
	}
	return said
}

// inMailroom runs a test in a world that only sends: nobody speaks in it, and nothing is known but Lei Jun.
func inMailroom(t *testing.T, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday))
		w := bare(t)
		w.house = &bottest.House{Store: storagetest.Open(t, storage.Tables()...), Words: bottest.Words(t)}
		w.update(func(tx storage.Tx) error {
			return storage.Executives.Put(tx, storage.Executive{
				Scope: storage.Public, ID: "lei-jun", Names: storage.Names{"en": "Lei Jun"}, Offices: []storage.Office{{Automaker: "xiaomi"}},
			})
		})
		w.deliver()
		test(w)
		w.stop()
	})
}

// deliver begins a life of the program in which it only sends.
func (w *world) deliver() {
	w.t.Helper()
	w.stop = w.house.Serve(w.t, w.adapter, w.log.Logger())
	w.settle()
}
