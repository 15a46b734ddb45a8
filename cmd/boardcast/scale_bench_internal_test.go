//go:build linux

package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"
	"boardcast/storage/bolt"
)

var (
	bigFile  = flag.String("big", "", "file of BenchmarkScale, generated if it is not there")
	bigScale = flag.Float64("scale", 1, "part of the full size that the file of BenchmarkScale has")
)

// The limits of a big store.
const (
	queryLimit   = 10 * time.Millisecond // of the slowest but one in a hundred
	bigWeekLimit = 20 * time.Millisecond
	commandsRate = 2000 // a second, on two cores
	openLimit    = 3 * time.Second
	anonLimit    = 150 << 20
	wideRate     = 100_000 // notices a second at the engine's Room
	narrowRate   = 40_000  // and at narrowRoom
	narrowRoom   = 120
)

// question is a line that is asked of a big store, another one every time.
type question struct {
	name  string
	limit time.Duration
	line  func(w big, i int) string
}

// same is a question that is asked in the same words every time.
func same(line string) question {
	return question{name: line, limit: queryLimit, line: func(big, int) string { return line }}
}

// about is a question with something in it: the "%s" of its pattern.
func about(name, pattern string, what func(w big, i int) string) question {
	return question{name: name, limit: queryLimit, line: func(w big, i int) string { return fmt.Sprintf(pattern, what(w, i)) }}
}

func (q question) within(limit time.Duration) question {
	q.limit = limit
	return q
}

// questions are all that is asked. A new command gets a line here.
func questions() []question {
	person := func(w big, i int) string { return personName(i * 7 % w.people) }
	chinese := func(w big, i int) string { return personChinese(i * 7 % w.people) }
	slip := func(w big, i int) string { return strings.Replace(person(w, i), " ", "e ", 1) }
	company := func(w big, i int) string { return automakerName(i * 7 % w.automakers) }
	stream := func(w big, i int) string { return bigStream(i * 7919 % w.streams) }
	week := func(_ big, i int) string {
		return storage.WeekOf(bigNow().AddDate(0, 0, -7*(1+i*37%(51*bigYears)))).String()
	}
	return []question{
		about("/who PERSON", "/who %s", person), about("/who CHINESE", "/who %s", chinese), about("/who SLIP", "/who %s", slip),
		about("/who COMPANY", "/who %s", company), same("/who"),
		same("/live"), about("/live PERSON", "/live %s", person),
		same("/next"), about("/next PERSON", "/next %s", person), about("/next COMPANY", "/next %s", company),
		same("/schedule"), about("/schedule PERSON", "/schedule %s", person), about("/schedule COMPANY 60", "/schedule %s 60", company),
		same("/recent"), about("/recent PERSON", "/recent %s", person), about("/recent COMPANY page", "/recent %s page=2", company),
		about("/show STREAM", "/show %s", stream), same("/why"), about("/why STREAM", "/why %s", stream),
		same("/week").within(bigWeekLimit), about("/week WEEK", "/week %s", week).within(bigWeekLimit),
		about("/stats PERSON", "/stats %s", person), about("/stats COMPANY 2024", "/stats %s 2024", company),
		same("/stats everything"), same("/stats everything 400d"), about("/stats STREAM", "/stats %s", stream),
		about("/compare PERSON COMPANY", "/compare %s, "+personName(1)+", "+automakerName(2), company),
		same("/top"), same("/top people"), same("/top companies 400d"), same("/top streams 30d"),
		same("/search livestream"), same("/search drive hangzhou"), about("/search PERSON", "/search %s", person),
		same("/search car"), same("/remind"), same("/reminders"), same("/operator status"),
		same("/watch list"), same("/chat show"), same("/help"), same("/about"),
	}
}

// BenchmarkScale measures a store as big as it is to get, in the file that -args -big names:
//
//	go test -run '^$' -bench Scale -benchtime 1x -timeout 1h ./cmd/boardcast -args -big FILE
//
// The file is generated first if it is not there. Memory is that of the whole process, so it is to be read from a run that
// did not generate.
func BenchmarkScale(b *testing.B) {
	if *bigFile == "" {
		b.Skip("name a file: -args -big FILE")
	}
	collectLess(os.Environ())
	w := bigOf(*bigScale)
	generate(b, *bigFile, w)
	debug.FreeOSMemory()
	b.Run("open", func(b *testing.B) { benchOpen(b, *bigFile) })
	store, err := openStore(b.Context(), *bigFile, "bench", slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	if err := warm(*bigFile); err != nil {
		b.Fatal(err)
	}
	ask := newAsker(b, store, w, bigNow)
	for _, q := range questions() {
		b.Run(strings.TrimPrefix(q.name, "/"), func(b *testing.B) { benchQuestion(b, ask, q) })
	}
	b.Run("commands", func(b *testing.B) { benchCommands(b, ask) })
	b.Run("memory of questions", reportMemory)
	for _, kind := range []storage.NoticeKind{storage.ReminderNotice, storage.AnnouncedNotice} {
		b.Run(fmt.Sprintf("planning %s/%d", kind, bolt.Room), func(b *testing.B) { benchPlanning(b, store, store, kind, w, wideRate) })
		b.Run(fmt.Sprintf("planning %s/%d", kind, narrowRoom), func(b *testing.B) {
			benchPlanning(b, store, narrow{Store: store}, kind, w, narrowRate)
		})
	}
	b.Run("memory", reportMemory)
}

// asker asks the router, each time as somebody else, so that nobody is told to slow down.
type asker struct {
	router *bot.Router
	big    big
	asked  atomic.Int64
}

func newAsker(b *testing.B, store storage.Store, w big, now func() time.Time) *asker {
	b.Helper()
	return &asker{router: newBenchRouter(b, store, now), big: w}
}

// ask asks from the chat i, and returns how long the answer took.
func (a *asker) ask(ctx context.Context, i int, line string) (time.Duration, error) {
	id := strconv.FormatInt(a.asked.Add(1), 36) + "-" + strconv.Itoa(os.Getpid())
	in := bot.Inbound{ID: id, Chat: a.big.place(i % a.big.chats), From: bot.User{ID: id}, Text: line}
	began := time.Now()
	post, ok := a.router.Answer(ctx, in)
	took := time.Since(began)
	if !ok || post.Failed {
		return took, fmt.Errorf("%s: %v", line, post.Headline)
	}
	return took, nil
}

func benchQuestion(b *testing.B, a *asker, q question) {
	b.Helper()
	const times = 300
	var took []time.Duration
	for range b.N {
		for i := range times {
			d, err := a.ask(b.Context(), i*7919, q.line(a.big, i))
			if err != nil {
				b.Fatal(err)
			}
			took = append(took, d)
		}
	}
	slices.Sort(took)
	const percent = 100
	p50, p99 := took[len(took)/2], took[len(took)*99/percent]
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(p50.Seconds()*1000, "p50-ms")
	b.ReportMetric(p99.Seconds()*1000, "p99-ms")
	b.ReportMetric(float64(p99)/float64(q.limit), "p99-of-"+q.limit.String())
}

// benchCommands has two ask at once, one change among twenty questions.
func benchCommands(b *testing.B, a *asker) {
	b.Helper()
	const askers, each, changes = 2, 4000, 20
	list := questions()
	before := processorTime(b)
	b.ResetTimer()
	for range b.N {
		group, ctx := errgroup.WithContext(b.Context())
		for asker := range askers {
			group.Go(func() error {
				for i := range each {
					line := list[i%len(list)].line(a.big, i)
					if i%changes == 0 {
						line = fmt.Sprintf("/chat set quiet=%d-%d", (i/changes+os.Getpid())%9+14, i/changes%9)
					}
					if _, err := a.ask(ctx, (i*askers+asker)*31, line); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			b.Fatal(err)
		}
	}
	rate := float64(b.N*askers*each) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "commands/s")
	b.ReportMetric(rate/commandsRate, "of-what-is-asked")
	worked := processorTime(b) - before
	b.ReportMetric(worked.Seconds()*1000/float64(b.N*askers*each), "cpu-ms/command")
}

// processorTime is how long the process has kept processors busy. Other work on the machine does not change it.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// benchOpen opens the store as the program does, with none of the file in memory.
func benchOpen(b *testing.B, path string) {
	b.Helper()
	for range b.N {
		b.StopTimer()
		if err := forget(path); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		store, err := openStore(b.Context(), path, "bench", slog.New(slog.DiscardHandler))
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(openLimit), "of-"+openLimit.String())
}

// forget writes a file to the disk and has the system drop its pages.
func forget(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := file.Sync(); err != nil {
		return err
	}
	const dontNeed = 4 // POSIX_FADV_DONTNEED
	if _, _, errno := syscall.Syscall6(syscall.SYS_FADVISE64, file.Fd(), 0, 0, dontNeed, 0, 0); errno != 0 {
		return fmt.Errorf("forget the pages of %s: %w", path, errno)
	}
	return nil
}

// warm reads a file once, so that questions wait for no disk, as those of a bot that has served for a while.
func warm(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(io.Discard, file)
	return err
}

// reportMemory reports what is resident of the process besides pages of files.
func reportMemory(b *testing.B) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := bytes.Cut(status, []byte("RssAnon:"))
	words := strings.Fields(string(after))
	kib, err := strconv.Atoi(words[0])
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(kib)/(1<<10), "MiB-anonymous")
	b.ReportMetric(float64(kib<<10)/anonLimit, "of-150MiB")
}

// benchPlanning owes the notices of one kind about a stream that every chat watches, and takes them away again.
func benchPlanning(b *testing.B, store, planned storage.Store, kind storage.NoticeKind, w big, rate float64) {
	b.Helper()
	planner, err := scheduler.NewPlanner(planned, nil)
	if err != nil {
		b.Fatal(err)
	}
	var owed int
	var worked time.Duration
	for range b.N {
		b.StopTimer()
		stream := announce(b, store, kind)
		before := processorTime(b)
		b.StartTimer()
		if _, err := planner.Tick(b.Context(), bigNow()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		worked += processorTime(b) - before
		if n := withdraw(b, store, stream); n < w.chats {
			b.Fatalf("%d notices were owed, want one for each of %d chats", n, w.chats)
		}
		owed += w.chats
		b.StartTimer()
	}
	b.ReportMetric(float64(owed)/b.Elapsed().Seconds(), "notices/s")
	b.ReportMetric(float64(owed)/b.Elapsed().Seconds()/rate, "of-what-is-asked")
	b.ReportMetric(float64(worked.Microseconds())/float64(owed), "cpu-µs/notice")
}

// announce adds a stream in an hour, of which only the notices of one kind are due.
func announce(b *testing.B, store storage.Store, kind storage.NoticeKind) storage.Stream {
	b.Helper()
	var stream storage.Stream
	err := store.Update(b.Context(), func(tx storage.Tx) error {
		id, err := storage.NextID(tx, "s")
		if err != nil {
			return err
		}
		stream = storage.Stream{
			Scope: storage.Public, ID: id, People: []string{slugOf(personName(bigStar))}, State: storage.Announced,
			Revision: 1, StartRevision: 1, Start: bot.NewWhen(bigNow().Add(time.Hour), time.UTC, bot.ToMinute),
		}
		moment := storage.Moment{Kind: kind, At: bigNow(), Scope: storage.Public, Stream: id, Occurrence: "1"}
		if kind == storage.ReminderNotice {
			moment.Rung, moment.Occurrence = time.Hour, ""
		}
		if err := storage.Streams.Put(tx, stream); err != nil {
			return err
		}
		return storage.Moments.Put(tx, moment)
	})
	if err != nil {
		b.Fatal(err)
	}
	return stream
}

// withdraw takes a stream and its notices away, and returns how many there were.
func withdraw(b *testing.B, store storage.Store, s storage.Stream) (notices int) {
	b.Helper()
	for done := false; !done; {
		var deleted int
		err := store.Update(b.Context(), func(tx storage.Tx) error {
			deleted, done = 0, false
			for n, err := range storage.Notices.Scan(tx, string(s.Scope)+":"+s.ID) {
				if err != nil {
					return err
				}
				const most = 8
				if tx.Room() < most {
					return nil
				}
				if err := storage.Notices.Delete(tx, n.Key()...); err != nil {
					return err
				}
				deleted++
			}
			done = true
			step, _ := s.FirstStep(bigNow())
			if err := storage.DeleteMoment(tx, step); err != nil {
				return err
			}
			return storage.Streams.Delete(tx, string(s.Scope), s.ID)
		})
		if err != nil {
			b.Fatal(err)
		}
		notices += deleted
	}
	return notices
}

// narrow is a store whose transactions take few writes.
type narrow struct{ storage.Store }

func (n narrow) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return n.Store.Update(ctx, func(tx storage.Tx) error { return fn(&narrowTx{Tx: tx, wide: tx.Room()}) })
}

type narrowTx struct {
	storage.Tx
	wide int
}

func (tx *narrowTx) Room() int { return narrowRoom - (tx.wide - tx.Tx.Room()) }
