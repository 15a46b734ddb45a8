// Command bench measures how boardcast delivers: it builds the program, runs it against a messenger's server on this machine, which has
// the limits that the messenger documents, and reports what that server took. It is no part of what is shipped.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

// The exit statuses.
const (
	exitMet   = 0
	exitUnmet = 1 // a limit was not met, or nothing could be measured
	exitUsage = 2
)

const help = `bench measures how boardcast delivers, against a messenger's server on this machine.

  bench delivery   tells very many chats of one stream: rate, losses, doubles, lateness
  bench idle       sends reminders one by one from a bot that has nothing else to do: lateness
  bench paper      computes how long a million chats take, and what is faster

bench VERB -h lists the flags.
`

// errUnmet says that a limit was not met, which the report has said already.
var errUnmet = errors.New("a limit was not met")

// usageError is a mistake in the command line.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// verb is something that bench can measure.
type verb func(ctx context.Context, args []string, stdout, stderr io.Writer) error

func verbs() map[string]verb {
	return map[string]verb{"delivery": delivery, "idle": idle, "paper": paper}
}

// run is the whole program: a signal stops it, and the bot that it runs.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(args) == 0 {
		fmt.Fprint(stderr, help)
		return exitUsage
	}
	do, known := verbs()[args[0]]
	if !known {
		fmt.Fprint(stderr, help)
		return exitUsage
	}
	err := do(ctx, args[1:], stdout, stderr)
	var wrong *usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitMet
	case errors.As(err, &wrong):
		fmt.Fprintln(stderr, err)
		return exitUsage
	case errors.Is(err, errUnmet):
		return exitUnmet
	default:
		fmt.Fprintln(stderr, "bench:", err)
		return exitUnmet
	}
}
