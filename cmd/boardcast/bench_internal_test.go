package main

import (
	"bufio"
	"context"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/commands"
	"boardcast/bot/lang"
	"boardcast/storage"
)

// The limits that the figures are held against.
const (
	firstAnswerLimit = 500 * time.Millisecond
	residentLimit    = 40 << 20
	commandLimit     = time.Millisecond
)

// BenchmarkFirstAnswer starts the built program on an empty folder, and on its own store, until the first line of the first
// answer is there. It reports the time and the most memory that was resident, as parts of their limits.
func BenchmarkFirstAnswer(b *testing.B) {
	program := filepath.Join(b.TempDir(), "boardcast")
	build := exec.CommandContext(b.Context(), "go", "build", "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	for _, start := range []string{"first", "second"} {
		b.Run(start, func(b *testing.B) {
			var took time.Duration
			var resident int64
			for range b.N {
				folder := b.TempDir()
				if start == "second" {
					ask(b, program, folder)
				}
				d, rss := ask(b, program, folder)
				took, resident = took+d, max(resident, rss)
			}
			b.ReportMetric(took.Seconds()/float64(b.N)/firstAnswerLimit.Seconds(), "of-0.5s")
			b.ReportMetric(float64(resident)/residentLimit, "of-40MiB")
		})
	}
}

// ask starts the program in a folder, asks it one thing, and returns when the first line came and what was resident at most.
func ask(b *testing.B, program, folder string) (time.Duration, int64) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), program, "chat")
	cmd.Dir = folder
	cmd.Stdin = strings.NewReader("/show s7k\n")
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	took := time.Since(began)
	if err != nil || !strings.HasPrefix(line, "Ended: Lei Jun") {
		b.Fatalf("first line %q, %v", line, err)
	}
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("no resource usage on this system")
	}
	return took, usage.Maxrss << 10
}

// BenchmarkCommand answers questions from a store with the starter catalog, and reports the time of each as a part of 1 ms.
func BenchmarkCommand(b *testing.B) {
	ctx := context.Background()
	log := slog.New(slog.DiscardHandler)
	store, err := openStore(ctx, filepath.Join(b.TempDir(), "bench.db"), "bench", log)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	n := 0
	router := newBenchRouter(b, store, time.Now)
	place := bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "bench"}, Community: "bench", Kind: bot.Private, Zone: "UTC"}
	for _, line := range []string{"/who 雷军", "/who", "/who xioami", "/recent lei jun", "/show s7k", "/week 2024-W20", "/live", "/next", "/watch list"} {
		b.Run(strings.ReplaceAll(line, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				n++
				who := bot.User{ID: strconv.Itoa(n)} // each asks once, so that nobody is told to slow down
				post, ok := router.Answer(ctx, bot.Inbound{ID: strconv.Itoa(n), Chat: place, From: who, Text: line})
				if !ok || post.Failed {
					b.Fatalf("%s: %v %v", line, post, ok)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(commandLimit), "of-1ms")
		})
	}
}

// newBenchRouter returns the router of all commands over a store, for whom everybody is a moderator.
func newBenchRouter(b *testing.B, store storage.Store, now func() time.Time) *bot.Router {
	b.Helper()
	words, err := lang.New()
	if err != nil {
		b.Fatal(err)
	}
	router, err := bot.NewRouter(bot.Config{
		Commands: commands.New(commands.Config{Store: store, Words: words}), Words: words, Log: slog.New(slog.DiscardHandler), Now: now,
		Authorise: func(context.Context, bot.Inbound, bot.Access) (bot.Access, error) { return bot.Moderator, nil },
		Settings:  commands.Settings(store, words), Bare: "who", BareAs: commands.BareAs,
	})
	if err != nil {
		b.Fatal(err)
	}
	return router
}
