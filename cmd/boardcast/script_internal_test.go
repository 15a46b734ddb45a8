package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"boardcast": func() { os.Exit(run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)) },
		"waitfor":   func() { os.Exit(waitFor(os.Args[1])) },
	})
}

// waitFor waits until a file is there, for at most ten seconds.
func waitFor(name string) int {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 500 {
		if _, err := os.Stat(name); err == nil {
			return 0
		}
		<-tick.C
	}
	return 1
}

// TestScripts runs the program itself as the files of testdata/script say.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true})
}
