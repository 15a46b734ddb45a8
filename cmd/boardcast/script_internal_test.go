package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"boardcast": func() { os.Exit(run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)) },
		"waitfor":   func() { os.Exit(waitFor(func() error { _, err := os.Stat(os.Args[1]); return err })) },
		"waitlisten": func() {
			os.Exit(waitFor(func() error {
				conn, err := net.Dial("unix", os.Args[1])
				if err == nil {
					err = conn.Close()
				}
				return err
			}))
		},
		"withouthead": func() { os.Exit(withoutHead(os.Args[1])) },
	})
}

// waitFor waits until something works, for at most ten seconds.
func waitFor(works func() error) int {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 500 {
		if works() == nil {
			return 0
		}
		<-tick.C
	}
	return 1
}

// withoutHead prints a file but for its first line.
func withoutHead(name string) int {
	data, err := os.ReadFile(name)
	if err != nil {
		return 1
	}
	_, rest, _ := bytes.Cut(data, []byte("\n"))
	if _, err := os.Stdout.Write(rest); err != nil {
		return 1
	}
	return 0
}

// TestScripts runs the program itself as the files of testdata/script say.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true})
}
