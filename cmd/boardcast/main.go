// Command boardcast is a chat bot that reports on the livestreams of automakers' executives.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // zones are needed where no system database is installed
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// The exit statuses.
const (
	exitStopped = 0 // on request, or at the end of the input
	exitFailed  = 1
	exitUsage   = 2 // wrong usage or configuration
)

// program is what a verb works with.
type program struct {
	args    []string
	environ []string
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer

	patience time.Duration // how long the process that serves may take to say anything
}

// usageError is a mistake in the command line or the configuration.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// run is the whole program: the first signal asks it to stop, the second one ends it.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	name := "help"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	collectLess(environ)
	p := program{args: args, environ: environ, stdin: stdin, stdout: stdout, stderr: stderr, patience: usualPatience}
	for _, v := range verbs() {
		if v.name == name || v.name == "help" && slices.Contains([]string{"-h", "-help", "--help"}, name) {
			return exitStatus(stderr, v.run(p, ctx))
		}
	}
	return exitStatus(stderr, &usageError{fmt.Errorf("there is no verb %q; boardcast help lists them", name)})
}

// collectLess lets the heap grow to three times what is in use before it is collected, unless GOGC says otherwise: so little is
// in use that collecting at twice as much took an eighth of the processor's time of a question.
func collectLess(environ []string) {
	const percent = 200
	if (program{environ: environ}).getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// exitStatus says an error and what it means for the caller.
func exitStatus(stderr io.Writer, err error) int {
	var wrong *usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitStopped
	case errors.As(err, &wrong):
		fmt.Fprintln(stderr, err)
		return exitUsage
	case errors.Is(err, errAnswered):
		return exitFailed // the answer has said it
	default:
		fmt.Fprintln(stderr, "boardcast:", err)
		return exitFailed
	}
}

// version is that of the module, or of the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "(built from source)"
	}
	return info.Main.Version
}

// flags makes the flag set of a verb, with the flags that all verbs have.
func (p program) flags(name string) (*flag.FlagSet, *string) {
	set := flag.NewFlagSet("boardcast "+name, flag.ContinueOnError)
	set.SetOutput(p.stderr)
	set.Usage = func() {
		for _, v := range verbs() {
			if v.name == name {
				fmt.Fprintf(p.stderr, "%s  %s\n\n", v.usage(), v.summary)
			}
		}
		set.PrintDefaults()
	}
	return set, set.String("config", "", "the configuration `file` (default boardcast.toml, if it is there)")
}

// words reads the command line of a verb whose flags may stand before, between and behind its words, and its configuration.
func (p program) words(set *flag.FlagSet, file *string) ([]string, config, error) {
	var words []string
	for {
		c, err := p.parse(set, file)
		if err != nil || set.NArg() == 0 {
			return words, c, err
		}
		words, p.args = append(words, set.Arg(0)), set.Args()[1:]
	}
}

// parse reads the flags of a verb, and its configuration.
func (p program) parse(set *flag.FlagSet, file *string) (config, error) {
	if err := set.Parse(p.args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return config{}, err
		}
		return config{}, &usageError{err}
	}
	c, warnings, err := loadConfig(cmp.Or(*file, defaultConfigFile), *file != "", p.environ)
	if err != nil {
		return config{}, &usageError{err}
	}
	for _, warning := range warnings {
		fmt.Fprintln(p.stderr, warning)
	}
	return c, nil
}

func (p program) getenv(name string) string {
	for _, variable := range slices.Backward(p.environ) {
		if value, ok := strings.CutPrefix(variable, name+"="); ok {
			return value
		}
	}
	return ""
}

// newLog makes the program's log.
func newLog(c logConfig, to io.Writer, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}
