package storagetest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"

	"boardcast/storage"
)

// StrictRoom is the Room of a [Strict] store: that of the tightest engine.
const StrictRoom = 120

// ErrUnstable is what an Update of a [Strict] store fails with when its closure does something else the second time: it has
// to assign to what is outside of it, never append, and to take times and random values from outside.
var ErrUnstable = errors.New("the closure of an Update did something else when it ran again")

// Strict returns a store that holds its users to the contract: the closure of each Update runs twice, first on an overlay
// that is thrown away, and has to write the same both times; and Room is that of the tightest engine.
func Strict(store storage.Store) storage.Store {
	return &strict{Store: store}
}

type strict struct{ storage.Store }

func (s *strict) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.Update(ctx, func(tx storage.Tx) error {
		trial := storage.NewOverlay(tx, StrictRoom)
		trialErr := fn(trial)
		final := storage.NewOverlay(tx, StrictRoom)
		err := fn(final)
		if (err == nil) != (trialErr == nil) {
			return fmt.Errorf("%w: its error was %w", ErrUnstable, cmp.Or(trialErr, err))
		}
		if err != nil {
			return err
		}
		if err := final.Err(); err != nil {
			return err
		}
		if err := sameWrites(trial, final); err != nil {
			return err
		}
		return final.ApplyTo(tx)
	})
}

func (s *strict) Hold(ctx context.Context, role string, run func(context.Context, storage.Store) error) error {
	return s.Store.Hold(ctx, role, func(ctx context.Context, held storage.Store) error {
		return run(ctx, Strict(held))
	})
}

func sameWrites(trial, final *storage.Overlay) error {
	next, stop := iter.Pull2(trial.Writes())
	defer stop()
	for key, value := range final.Writes() {
		trialKey, trialValue, _ := next()
		if key != trialKey || !bytes.Equal(value, trialValue) || (value == nil) != (trialValue == nil) {
			return fmt.Errorf("%w: it wrote %s = %q, then %s = %q", ErrUnstable, trialKey, trialValue, key, value)
		}
	}
	if key, value, more := next(); more {
		return fmt.Errorf("%w: it wrote %s = %q, then not", ErrUnstable, key, value)
	}
	return nil
}
