package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// schemaTable holds one record, the schema of the store.
const schemaTable = "schema"

// Step changes a store of one schema into one of the next. Steps are never removed or reordered: a store's schema is the
// number of steps that it has behind it.
type Step struct {
	// Name says what it does, such as "index watches by rung".
	Name string
	// Run does as much as Room allows and returns where to go on, or "" when all is done. The cursor is stored with what
	// was written; the first is "". It runs again with the same cursor when the program ended before that.
	Run func(tx Tx, cursor string) (next string, err error)
}

// NewerSchemaError says that a store was written by a newer version of boardcast.
type NewerSchemaError struct{ Stored, Known int }

func (e *NewerSchemaError) Error() string {
	return fmt.Sprintf("the store was written by a newer boardcast (schema %d, this one knows %d): use that version, "+
		"or restore the copy made before the upgrade", e.Stored, e.Known)
}

// schema is the one record of its table.
type schema struct {
	Version int       `json:"version"`          // steps done
	Cursor  string    `json:"cursor,omitempty"` // of the step that is under way
	Changed time.Time `json:"changed"`
}

// Pending says whether steps have to be run on what the store already holds. The caller copies the file first. It fails
// with a [*NewerSchemaError] where Migrate would.
func Pending(ctx context.Context, store Store, steps []Step) (bool, error) {
	var pending bool
	err := store.View(ctx, func(r Reader) error {
		now, err := readSchema(r, steps)
		pending = now.Version < len(steps)
		return err
	})
	return pending, err
}

// StoredSchema returns how many of the steps a store has behind it.
func StoredSchema(r Reader, steps []Step) (int, error) {
	at, err := readSchema(r, steps)
	return at.Version, err
}

// Migrate runs the steps that the store does not have behind it, each in Updates that fill Room. When the program ends in
// the middle, the next Migrate goes on from there. A store that holds nothing needs no step.
func Migrate(ctx context.Context, store Store, steps []Step, now time.Time) error {
	for done := false; !done; {
		var at schema
		err := store.Update(ctx, func(tx Tx) error {
			var err error
			at, err = migrateOnce(tx, steps, now)
			return err
		})
		if err != nil {
			return err
		}
		done = at.Version == len(steps)
	}
	return nil
}

func migrateOnce(tx Tx, steps []Step, now time.Time) (schema, error) {
	at, err := readSchema(tx, steps)
	if err != nil {
		return at, err
	}
	if at.Version == len(steps) {
		return at, sealSchema(tx, at, now)
	}
	// Written before the step fills Room, and again with its result: the same key costs Room once.
	if err := writeSchema(tx, at, now); err != nil {
		return at, err
	}
	step := steps[at.Version]
	next, err := step.Run(tx, at.Cursor)
	if err != nil {
		return at, fmt.Errorf("migration %d, %s: %w", at.Version+1, step.Name, err)
	}
	at.Cursor = next
	if next == "" {
		at.Version++
	}
	return at, writeSchema(tx, at, now)
}

// readSchema returns the schema of the store: the last one if it is empty, the first if it has data but does not say.
func readSchema(r Reader, steps []Step) (schema, error) {
	var at schema
	raw, err := r.Get(schemaKey())
	if errors.Is(err, ErrNotFound) {
		return unsaidSchema(r, steps)
	}
	if err != nil {
		return at, fmt.Errorf("read schema: %w", err)
	}
	if err := json.Unmarshal(raw, &at); err != nil {
		return at, fmt.Errorf("read schema: %w", err)
	}
	if at.Version > len(steps) {
		return at, &NewerSchemaError{Stored: at.Version, Known: len(steps)}
	}
	return at, nil
}

func unsaidSchema(r Reader, steps []Step) (schema, error) {
	first, err := firstKey(r, "")
	if err != nil {
		return schema{}, fmt.Errorf("read schema: %w", err)
	}
	if first == "" {
		return schema{Version: len(steps)}, nil
	}
	return schema{}, nil
}

// sealSchema gives a new store its record. A store that has one stays as it is, so a start without steps writes nothing.
func sealSchema(tx Tx, at schema, now time.Time) error {
	_, err := tx.Get(schemaKey())
	if errors.Is(err, ErrNotFound) {
		return writeSchema(tx, at, now)
	}
	return err
}

func writeSchema(tx Tx, at schema, now time.Time) error {
	at.Changed = now.UTC()
	raw, err := json.Marshal(at)
	if err != nil {
		return fmt.Errorf("write schema: %w", err)
	}
	return tx.Put(schemaKey(), raw)
}

func schemaKey() string { return Key(schemaTable, "store") }
