package telegram_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/bottest/telegramsrv"
	"boardcast/bot/telegram"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// ill is a chat of which one call goes wrong, and what comes of it: of a live notice, of an ended one, of an edit and of an answer.
type ill struct {
	fault telegramsrv.Fault
	waits time.Duration // before the next call at least

	live, ended, edit, answer string
}

const (
	once      = "sent, 1 message in 2 calls"
	twice     = "sent, 2 messages in 2 calls"
	uncertain = "uncertain, 1 message in 1 call"
	missed    = "uncertain, 0 messages in 1 call"
	again     = "edited in 2 calls"
	answered  = "1 message"
	doubled   = "2 messages"
)

// illnesses are what befalls one chat while the others are well. Where nobody knows whether a message was taken, Telegram would not know
// it again: what must not be missed may come twice, and what must not come twice may be missed.
func illnesses() map[string]ill {
	never := func(kind telegramsrv.Kind) ill {
		return ill{fault: telegramsrv.Fault{Kind: kind}, live: once, ended: once, edit: again, answer: answered}
	}
	doubtful := func(kind telegramsrv.Kind) ill {
		return ill{fault: telegramsrv.Fault{Kind: kind}, live: once, ended: missed, edit: again, answer: answered}
	}
	taken := func(kind telegramsrv.Kind) ill {
		return ill{fault: telegramsrv.Fault{Kind: kind, Taken: kind != telegramsrv.Cut}, live: twice, ended: uncertain, edit: again, answer: doubled}
	}
	saying := func(of ill, code, after int, words string) ill {
		of.fault.Error = &telegramsrv.APIError{Code: code, Description: words, RetryAfter: after}
		of.waits = time.Duration(after) * time.Second
		return of
	}
	return map[string]ill{
		"429":                        saying(never(telegramsrv.Answered), 429, 7, "Too Many Requests: retry after 7"),
		"401":                        saying(never(telegramsrv.Answered), 401, 0, "Unauthorized"),
		"500":                        saying(doubtful(telegramsrv.Answered), 500, 0, "Internal Server Error"),
		"500 after acceptance":       saying(taken(telegramsrv.Answered), 500, 0, "Internal Server Error: restart"),
		"502 page":                   doubtful(telegramsrv.Gateway),
		"502 page after acceptance":  taken(telegramsrv.Gateway),
		"an empty answer":            doubtful(telegramsrv.Empty),
		"a page of a captive portal": doubtful(telegramsrv.Portal),
		"timeout":                    doubtful(telegramsrv.Hung),
		"timeout after acceptance":   taken(telegramsrv.Hung),
		"reset":                      doubtful(telegramsrv.Dropped),
		"reset after acceptance":     taken(telegramsrv.Lost),
		"reset within the answer":    taken(telegramsrv.Cut),
		"no connection":              never(telegramsrv.Refused),
		"no such name":               never(telegramsrv.Unresolved),
	}
}

// Each chat has its own trouble, in one world: that of one is nobody else's.
func TestFaultsOfACall(t *testing.T) {
	t.Parallel()
	rows, got := illnesses(), map[string]ill{}
	inWorld(t, func(w *world) {
		ward := ward{world: w, rows: rows}
		ward.admit()
		stream := w.announce(3 * time.Hour)
		w.pass(time.Minute)
		live := ward.through("sendMessage", ward.private, func() { w.goLive(stream) })
		for name, b := range ward.beds {
			got[name] = ill{live: ward.told(b, storage.LiveNotice, live)}
		}
		for _, b := range ward.beds {
			w.fail(b.fault, "editMessageText", b.group)
		}
		ended := ward.through("sendMessage", ward.private, func() { w.end(stream) })
		for name, b := range ward.beds {
			of := got[name]
			of.ended, of.edit = ward.told(b, storage.EndedNotice, ended), ward.edited(b, ended)
			got[name] = of
		}
		asked := ward.through("sendMessage", ward.private, func() {
			for _, b := range ward.beds {
				w.server.Say(b.user.ID, b.user.ID, "/timezone")
			}
		})
		for name, b := range ward.beds {
			of := got[name]
			of.answer = counted(len(since(w.server.Sent(b.user.ID), asked)), "message")
			got[name] = of
		}
	}, func(served *telegramsrv.Config, _ *telegram.Config) { served.Unlimited = true })
	named := slices.DeleteFunc(bottest.FaultTests(t, "../../docs/delivery.md", bot.Telegram), func(name string) bool { return !strings.HasPrefix(name, t.Name()+"/") })
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

// ward is a world in which every row of a table has two chats: a private one that gets a message for each thing, and a group with a card.
type ward struct {
	*world
	rows map[string]ill
	beds map[string]bed
}

type bed struct {
	ill
	user  telegramsrv.User
	group int64
	chat  storage.Chat // the private one
}

// admit has everybody watch Lei Jun.
func (w *ward) admit() {
	w.beds = map[string]bed{}
	for _, name := range slices.Sorted(maps.Keys(w.rows)) {
		user := w.server.AddUser(telegramsrv.User{FirstName: name, LanguageCode: "en"})
		w.server.AddPrivate(user.ID)
		group := w.server.AddGroup(telegramsrv.Place{Title: name, Admins: []int64{user.ID}})
		w.watching(group, bot.Group, storage.CardStyle)
		w.beds[name] = bed{ill: w.rows[name], user: user, group: group, chat: w.watching(user.ID, bot.Private, storage.MessagesStyle)}
	}
}

func (*ward) private(b bed) int64 { return b.user.ID }

// through has the next call of a method to a chat of each row go wrong, does something, and gives it five minutes. It returns when it began.
func (w *ward) through(method string, chat func(b bed) int64, do func()) time.Time {
	w.t.Helper()
	for _, b := range w.beds {
		w.fail(b.fault, method, chat(b))
	}
	began := time.Now()
	do()
	w.pass(5 * time.Minute)
	w.server.Mend()
	return began
}

// told is what became of a notice to the private chat, in words.
func (w *ward) told(b bed, kind storage.NoticeKind, began time.Time) string {
	w.t.Helper()
	calls := w.calls("sendMessage", b.user.ID, began)
	if len(calls) > 1 && calls[1].At.Sub(calls[0].At) < b.waits {
		return fmt.Sprintf("called again after %s", calls[1].At.Sub(calls[0].At))
	}
	messages := since(w.server.Sent(b.user.ID), began)
	return fmt.Sprintf("%s, %s in %s", w.outcome(b.chat, kind), counted(len(messages), "message"), counted(len(calls), "call"))
}

// edited is what became of the card in the group.
func (w *ward) edited(b bed, began time.Time) string {
	w.t.Helper()
	if shown, ok := w.server.Last(b.group); !ok || shown.Edits() != 1 {
		return fmt.Sprintf("edited %d times: %q", shown.Edits(), shown.Text)
	}
	return "edited in " + counted(len(w.calls("editMessageText", b.group, began)), "call")
}

// fail has the next call of a method to a chat go wrong.
func (w *world) fail(f telegramsrv.Fault, method string, chat int64) {
	f.Method, f.Chat = method, chat
	w.server.Fail(f)
}

// calls are those of a method to a chat since a time.
func (w *world) calls(method string, chat int64, began time.Time) []telegramsrv.Call {
	return slices.DeleteFunc(w.server.Calls(method), func(c telegramsrv.Call) bool {
		return c.Params["chat_id"] != itoa(chat) || c.At.Before(began)
	})
}

func since(messages []telegramsrv.Message, began time.Time) []telegramsrv.Message {
	return slices.DeleteFunc(messages, func(m telegramsrv.Message) bool { return m.At.Before(began) })
}

// counted is a number of things: "1 call", "2 calls".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// watching has a chat watch Lei Jun.
func (w *world) watching(chat int64, kind bot.ChatKind, style storage.Style) storage.Chat {
	w.t.Helper()
	var seen storage.Chat
	w.update(func(tx storage.Tx) (err error) {
		seen, err = storage.OpenChat(tx, bot.Chat{Address: keyOf(chat), Community: itoa(chat), Kind: kind, Zone: "Asia/Shanghai"})
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
		w.watching(w.ann.ID, bot.Private, storage.CardStyle)
		first := w.announce(20 * time.Hour)
		w.settle()
		said := w.outage(w.ann.ID, time.Hour, func() {
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
		chat := w.watching(w.ann.ID, bot.Private, storage.MessagesStyle)
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
			got := fmt.Sprintf("%s of %d, %s of %d", w.outcome(chat, storage.LiveNotice), w.count(w.ann.ID, began, "● LIVE"),
				w.outcome(chat, storage.EndedNotice), w.count(w.ann.ID, began, "Ended"))
			if want := "sent of 2, uncertain of 1"; got != want {
				t.Errorf("back after %s: %s; want %s\n%q", down, got, want, w.saidSince(w.ann.ID, began))
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
func (w *world) count(chat int64, began time.Time, word string) int {
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
func (w *world) outage(chat int64, long time.Duration, do func()) []string {
	w.t.Helper()
	w.server.Fail(telegramsrv.Fault{Times: -1, Kind: telegramsrv.Unresolved})
	until := time.Now().Add(long)
	do()
	w.pass(time.Until(until))
	w.server.Mend()
	w.pass(11 * time.Minute) // the longest wait between two attempts
	return w.saidSince(chat, until)
}

// saidSince are the first lines of the messages in a chat since a time, as they were sent.
func (w *world) saidSince(chat int64, began time.Time) []string {
	var said []string
	for _, m := range since(w.server.Sent(chat), began) {
		if len(m.Earlier) > 0 {
			m.Content = m.Earlier[0]
		}
		said = append(said, headline(m))
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
