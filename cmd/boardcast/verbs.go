package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// verb is something that the program can be told to do.
type verb struct {
	name    string
	args    string // as help shows them
	summary string
	run     func(p program, ctx context.Context) error
}

// verbs returns all of them, in the order in which help lists them.
func verbs() []verb {
	return []verb{
		{"chat", "", "talk to it in this terminal; no token needed", program.chat},
		{"run", "", "serve the messengers that are configured", program.serve},
		{"invite", "", "print the address that lets the Discord bot into a server", program.invite},
		{"week", "[WEEK|last]", "print the summary of a week, such as 2024-W20", program.week},
		{"why", "[CHAT] [STREAM]", "tell what became of the notices to a chat, or about a stream", program.why},
		{"replay", "", "print what a subscriber would have got, as a demo: the spring of 2024", program.replay},
		{"backup", "FILE", "copy the store, also of a boardcast that is running", program.backup},
		{"restore", "FILE", "put a backup in the place of the store; nothing is sent twice", program.restore},
		{"export", "[FILE]", "write what the store holds as lines of JSON, or a part of it", program.export},
		{"import", "FILE", "say what an export would change, and with --apply do it", program.imports},
		{"check", "", "look for damage in the store", program.check},
		{"compact", "", "give the disk back what the store does not use", program.compact},
		{"version", "", "say which version this is, and which one is running", program.version},
		{"help", "", "print this", program.help},
	}
}

// usage is how the verb is typed.
func (v verb) usage() string { return strings.TrimSpace("boardcast " + v.name + " " + v.args) }

func (p program) help(context.Context) error {
	if _, err := io.WriteString(p.stdout, "boardcast reports on the livestreams of automakers' executives.\n\n"); err != nil {
		return err
	}
	const gap = 3
	columns := tabwriter.NewWriter(p.stdout, 0, 0, gap, ' ', 0)
	for _, v := range verbs() {
		fmt.Fprintf(columns, "  %s\t%s\n", v.usage(), v.summary)
	}
	if err := columns.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(p.stdout, "\nEach takes --config FILE, and --help lists its other flags. docs/operating.md tells more.\n")
	return err
}
