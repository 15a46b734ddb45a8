package main

import (
	"context"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var updateGolden = flag.Bool("update", false, "write testdata/spring_2024.txt anew, to be read before it is kept")

// spring is what a newcomer reads: the default replay, by Beijing's clocks.
func spring(ctx context.Context, tb testing.TB, flags ...string) string {
	tb.Helper()
	var out strings.Builder
	p := program{args: append([]string{"--zone", "Asia/Shanghai"}, flags...), stdout: &out, stderr: io.Discard}
	if err := p.replay(ctx); err != nil {
		tb.Fatal(err)
	}
	return out.String()
}

func TestTheSpringOf2024(t *testing.T) {
	const file = "testdata/spring_2024.txt"
	got := spring(t.Context(), t)
	if *updateGolden {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("told otherwise (-golden +told):\n%s", diff)
	}
}

// A day a second: what is told is the same, and it takes as many seconds as there are days.
func TestReplayAtASpeed(t *testing.T) {
	want := spring(t.Context(), t)
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if diff := cmp.Diff(want, spring(t.Context(), t, "--speed", "86400")); diff != "" {
			t.Errorf("told otherwise at a speed (-at once +at a speed):\n%s", diff)
		}
		if took := time.Since(began).Round(time.Second); took != 46*time.Second {
			t.Errorf("46 days at a day a second took %s", took)
		}
	})
}

func TestReplayEndsWhenItIsAskedTo(t *testing.T) {
	whole := spring(t.Context(), t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Second, nil)
		defer cancel()
		interrupted, stop := context.WithCancel(t.Context())
		defer context.AfterFunc(ctx, stop)()
		got := spring(interrupted, t, "--speed", "86400")
		if !strings.HasPrefix(whole, got) || !strings.Contains(got, "Thu 18 Apr 2024") || strings.Contains(got, "Wed 24 Apr 2024") {
			t.Errorf("after ten days at a day a second it had told:\n%s", got)
		}
	})
}

// BenchmarkReplayCatalog replays all of the catalog, 2020 to 2026, for a watch of everything.
func BenchmarkReplayCatalog(b *testing.B) {
	for b.Loop() {
		if out := spring(b.Context(), b, "--from", "2020-01-01", "--to", "2026-12-31"); len(out) < 10_000 {
			b.Fatalf("it told little: %s", out)
		}
	}
}
