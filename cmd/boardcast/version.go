package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"boardcast/storage"
	"boardcast/storage/catalog"
)

// version says which version this is, and which one serves the store.
func (p program) version(ctx context.Context) error {
	starter, err := catalog.Starter()
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "boardcast %s, schema %d, catalog %d\n", version(), len(storage.Steps()), starter.Version)
	set, file := p.flags("version")
	words, c, err := p.words(set, file)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return &usageError{errors.New("version takes no words: boardcast version")}
	}
	var said strings.Builder
	err = p.ask(ctx, c.Storage.Path, inquiry{"version", true, answerVersion}, url.Values{}, &said)
	if errors.Is(err, errNobodyServes) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(p.stdout, said.String())
	return err
}

// answerVersion says what the process that serves is, and how its store stands.
func answerVersion(ctx context.Context, s served, _ url.Values, w io.Writer) error {
	return s.store.View(ctx, func(r storage.Reader) error {
		schema, err := storage.StoredSchema(r, storage.Steps())
		if err != nil {
			return err
		}
		loaded, err := catalog.Loaded(r)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "running: boardcast %s, schema %d, catalog %d, %s, process %d, since %s\n",
			version(), schema, loaded, s.verb, os.Getpid(), s.started.UTC().Format(time.RFC3339))
		return err
	})
}
