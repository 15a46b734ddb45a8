package scheduler_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"boardcast/bot/bottest"
)

// docs/delivery.md says what each fault does, and which test shows it: there is such a test, and no test of a fault is left out. What is a
// case of a test is held to the page by that test.
func TestThePageOfDeliveryNamesItsTests(t *testing.T) {
	t.Parallel()
	there := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == "storagetest" {
			return fs.SkipDir // its faults are made for tests
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for line := range bytes.Lines(source) {
			if declared, ok := bytes.CutPrefix(line, []byte("func Test")); ok {
				name, _, _ := bytes.Cut(declared, []byte("("))
				there["Test"+string(name)] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := bottest.FaultTests(t, "../docs/delivery.md", "")
	for i, name := range named {
		named[i], _, _ = strings.Cut(name, "/")
		if !there[named[i]] {
			t.Errorf("the page names %s, which is no test", name)
		}
	}
	for name := range there {
		if strings.HasPrefix(name, "TestFault") && !slices.Contains(named, name) {
			t.Errorf("the page does not name %s", name)
		}
	}
}
