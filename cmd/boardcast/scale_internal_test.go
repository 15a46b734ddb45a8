package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/bolt"
)

// bigVersion is raised when a file that was generated before is not what would be generated now.
const bigVersion = 2

// big is what a big store holds besides the starter catalog. All of it follows from the numbers: the same ones make the same
// store.
type big struct {
	automakers, people, streams, readings, chats, watches int
}

// bigOf is the store of issue 3, or a part of it.
func bigOf(scale float64) big {
	n := func(full int) int { return max(int(float64(full)*scale), 1) }
	return big{
		automakers: 100, people: 500,
		streams: n(100_000), readings: n(10_000_000), chats: n(100_000), watches: n(1_000_000),
	}
}

// bigNow is the time at which everything in a big store stands as it does: a Tuesday.
func bigNow() time.Time { return time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC) }

// The streams of a big store lie in the ten years before bigNow, but for the last ones.
const (
	bigYears    = 10
	bigComing   = 60 // streams of the next days
	bigOnAir    = 3
	perChannel  = 4 // chats a community
	bigStar     = 0 // the person whom every chat watches
	readingStep = time.Minute
)

// generate makes the store at path unless the same one is there.
func generate(b *testing.B, path string, want big) {
	b.Helper()
	recipe := fmt.Sprintf("%d %+v, schema %d", bigVersion, want, len(storage.Steps()))
	has, err := os.ReadFile(path + ".recipe")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		b.Fatal(err)
	}
	if string(has) == recipe {
		return
	}
	began := time.Now()
	for _, old := range []string{path, path + ".recipe"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			b.Fatal(err)
		}
	}
	store, err := bolt.Open(context.Background(), path, bolt.Options{Holder: "generator", NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	err = prepare(context.Background(), store, path, slog.New(slog.DiscardHandler))
	if err == nil {
		err = want.fill(generator{store: store, report: func(part string) { b.Logf("%s after %s", part, time.Since(began)) }})
	}
	if err := errors.Join(err, store.Close()); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path+".recipe", []byte(recipe), 0o600); err != nil {
		b.Fatal(err)
	}
}

// generator writes a store in bulk.
type generator struct {
	store  storage.Store
	report func(part string)
}

// each calls fn for 0 to n-1, in Updates that fill Room; one call writes at most so many keys.
func (g generator) each(part string, n, most int, fn func(tx storage.Tx, i int) error) error {
	for done := 0; done < n; {
		var next int
		err := g.store.Update(context.Background(), func(tx storage.Tx) error {
			for next = done; next < n && tx.Room() >= most; next++ {
				if err := fn(tx, next); err != nil {
					return fmt.Errorf("%s %d: %w", part, next, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		done = next
	}
	g.report(part)
	return nil
}

func (w big) fill(g generator) error {
	chats := make([]storage.Chat, w.chats)
	return errors.Join(
		g.each("automakers", w.automakers, 40, w.putAutomaker),
		g.each("people", w.people, 60, w.putPerson),
		g.each("streams", w.streams, 400, w.putStream),
		g.each("readings", w.streams, 200, w.putReadings),
		g.each("chats", w.chats, 12, func(tx storage.Tx, i int) (err error) {
			chats[i], err = storage.OpenChat(tx, w.place(i))
			return err
		}),
		g.each("watches", w.watches, 12, func(tx storage.Tx, i int) error { return w.putWatch(tx, i, chats) }),
		// Saving a chat that watches something gives it its week.
		g.each("weeks", w.chats, 12, func(tx storage.Tx, i int) error { return storage.SaveChat(tx, bigNow(), chats[i]) }),
	)
}

func bigGiven() []string {
	return strings.Fields("Alba Bruno Cara Dario Elin Falk Greta Hugo Iris Jonas Kira Lars Mira Nils Olga Pavel Runa Sven Tilda Ugo Vera Wim Xenia Yann Zoe")
}

func bigFamily() []string {
	return strings.Fields("Ahlgren Brandt Castel Dorn Egger Falken Grimaud Holt Ibsen Jarvis Kessler Lindt Moreau Norden Ostberg Pryce Quist Rask Sorel Thorne")
}

func bigMakes() []string {
	return strings.Fields("Aurora Boreal Cirrus Delta Ember Fathom Glacier Horizon Ion Juniper")
}

func bigKinds() []string {
	return strings.Fields("Motor Auto Mobility Electric Works Drive Vehicles Coach Dynamics Union")
}

func bigWords() []string {
	return strings.Fields("range test launch night battery winter highway coast factory tour driving assistant update design talk charging mountain city delivery")
}

// personName is a name that nobody else has.
func personName(i int) string {
	given, family := bigGiven(), bigFamily()
	return given[i%len(given)] + " " + family[i/len(given)%len(family)]
}

func personChinese(i int) string {
	return string([]rune{[]rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许")[i%20], []rune("安博诚德恩凡刚浩嘉凯岚敏宁鹏清荣森涛伟鑫阳泽")[i/20%22], '明'})
}

func automakerName(i int) string {
	makes, kinds := bigMakes(), bigKinds()
	return makes[i%len(makes)] + " " + kinds[i/len(makes)%len(kinds)]
}

func slugOf(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "-") }

func (big) putAutomaker(tx storage.Tx, i int) error {
	name := automakerName(i)
	return storage.Automakers.Put(tx, storage.Automaker{
		Scope: storage.Public, ID: slugOf(name), Names: storage.Names{"en": name, "zh": name[:1] + "汽车" + strconv.Itoa(i)},
		Country: "CN", Zone: "Asia/Shanghai",
	})
}

func (w big) putPerson(tx storage.Tx, i int) error {
	name := personName(i)
	return storage.Executives.Put(tx, storage.Executive{
		Scope: storage.Public, ID: slugOf(name), Names: storage.Names{"en": name, "zh": personChinese(i)},
		Aliases: []string{strings.Fields(name)[0] + strconv.Itoa(i)}, Description: "Speaks at length about " + bigWords()[i%len(bigWords())] + ".",
		Offices: []storage.Office{{
			Automaker: slugOf(automakerName(i % w.automakers)), Role: storage.Names{"en": "chief executive", "zh": "首席执行官"}, From: "2012",
		}},
	})
}

// chance is the same for the same thing of the same kind.
func chance(kind string, i int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(len(kind))<<32|uint64(kind[0]), uint64(i)))
}

// speaker is whose stream it is: a few people stream much more than others.
func (w big) speaker(i int) int {
	u := chance("speaker", i).Float64()
	return int(float64(w.people) * u * u)
}

// putStream imports the stream i; the last ones are on air or to come.
func (w big) putStream(tx storage.Tx, i int) error {
	id, err := storage.NextID(tx, "s")
	if err != nil {
		return err
	}
	const day = 24 * time.Hour
	random, words := chance("stream", i), bigWords()
	word := func() string { return words[random.IntN(len(words))] }
	step := bigYears * 365 * day / time.Duration(w.streams)
	start := bigNow().Add(-bigYears*365*day + time.Duration(i)*step).Truncate(5 * time.Minute)
	length := time.Duration(30+random.IntN(180)) * time.Minute
	s := storage.Stream{
		Scope: storage.Public, ID: id, People: []string{slugOf(personName(w.speaker(i)))}, Format: "chat",
		Titles:  storage.Names{"en": fmt.Sprintf("%s %s and %s", word(), word(), word()), "zh": "直播" + strconv.Itoa(i) + "智驾续航实测"},
		Vehicle: "Model " + strconv.Itoa(random.IntN(40)), Topics: []string{word(), word()},
		Airings: []storage.Airing{{Platform: "weibo", URL: "https://weibo.example/l/" + id}, {Platform: "douyin", URL: "https://douyin.example/" + id}},
		Sources: []storage.Provenance{{Source: "generated", URL: "https://example.org/" + id}},
		Planned: length, State: storage.Ended, Began: start.Add(2 * time.Minute), Finished: start.Add(length),
	}
	switch left := w.streams - i; {
	case left <= bigComing:
		start = bigNow().Add(time.Duration(bigComing-left+1) * 5 * time.Hour)
		s.State, s.Began, s.Finished = storage.Announced, time.Time{}, time.Time{}
	case left <= bigComing+bigOnAir:
		start = bigNow().Add(-time.Hour)
		s.State, s.Began, s.Finished = storage.Live, start, time.Time{}
	}
	s.Start = bot.NewWhen(start, time.UTC, bot.ToMinute)
	return storage.ImportStream(tx, s)
}

// putReadings gives a stream its share of the readings: most of them the curve of its viewers, a minute apart.
func (w big) putReadings(tx storage.Tx, i int) error {
	per := w.readings / w.streams
	random, start := chance("reading", i), bigNow().Add(-time.Duration(w.streams-i)*time.Hour)
	readings := make([]storage.Reading, 0, per)
	viewers, entered := int64(1000+random.IntN(500_000)), int64(0)
	for n := range per {
		at := start.Add(time.Duration(n) * readingStep)
		entered += viewers / 10
		switch n % 10 {
		case 9:
			readings = append(readings, storage.Reading{Metric: "douyin.entered", Value: entered, At: at})
		case 4:
			readings = append(readings, storage.Reading{Metric: "weibo.plays", Value: entered * 2, At: at})
		default:
			viewers += int64(random.IntN(2001)) - 1000 + viewers/50
			readings = append(readings, storage.Reading{Metric: "douyin.concurrent", Value: max(viewers, 0), At: at})
		}
	}
	return storage.AddReadings(tx, storage.Public, bigStream(i), readings)
}

// bigStream is the id of the stream i. The store's own streams are counted from s1000 on, with thirty digits.
func bigStream(i int) string {
	const digits = "0123456789bcdfghjkmnpqrstvwxyz"
	id := ""
	for n := 30*30*30 + i; n > 0; n /= 30 {
		id = digits[n%30:n%30+1] + id
	}
	return "s" + id
}

// place is the chat i as its messenger describes it.
func (big) place(i int) bot.Chat {
	return bot.Chat{
		Address: bot.ChatID{Messenger: bot.Console, Key: "-100" + strconv.Itoa(i)}, Community: "fans-" + strconv.Itoa(i/perChannel),
		Title: "Friends of cars " + strconv.Itoa(i), Kind: bot.Group, Zone: "Asia/Shanghai",
	}
}

// putWatch adds the watch i. The first ones give every chat one of the star; the others go subject by subject, each watched by
// chats from all over, in their order, so that the rows of an index are written side by side.
func (w big) putWatch(tx storage.Tx, i int, chats []storage.Chat) error {
	id, err := storage.NextID(tx, "w")
	if err != nil {
		return err
	}
	subject, chat := storage.Person(slugOf(personName(bigStar))), i
	if i >= len(chats) {
		subjects := w.people + w.automakers - 1
		each := max((w.watches-len(chats)+subjects-1)/subjects, 1)
		n, of := (i-len(chats))/each, (i-len(chats))%each
		if n+1 < w.people {
			subject = storage.Person(slugOf(personName(n + 1)))
		} else {
			subject = storage.Company(slugOf(automakerName(n + 1 - w.people)))
		}
		chat = (of*len(chats)/each + n) % len(chats)
	}
	c := chats[chat]
	return storage.Watches.Put(tx, storage.Watch{
		ID: id, Scope: c.Scope(), Chat: c.ID, Messenger: c.Address.Messenger, Subjects: []storage.Subject{subject},
		Before: []time.Duration{24 * time.Hour, time.Hour}, Style: storage.CardStyle,
	})
}
