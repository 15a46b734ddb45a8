package storage

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// DropCopy takes a community's stream away as if it had never been made there, with what was to come of it: where it was a copy,
// the community sees the public one again. It is no news to anyone; the community's cards are drawn anew.
func DropCopy(tx Tx, now time.Time, own Stream) error {
	if own.Scope == Public {
		return fmt.Errorf("drop copy of stream %s: it is the public one", own.ID)
	}
	if err := Streams.Delete(tx, string(own.Scope), own.ID); err != nil {
		return err
	}
	if err := forgetStream(tx, own.Scope, own.ID); err != nil {
		return err
	}
	if err := sumDoubles(tx, own.Scope, own.MergedInto); err != nil {
		return err
	}
	if err := DeleteMoment(tx, Moment{Kind: DueStep, Scope: own.Scope, Stream: own.ID}); err != nil {
		return err
	}
	if err := dropNews(tx, own.Scope, own.ID); err != nil {
		return err
	}
	return refresh(tx, own, now)
}

// bringBack puts a community's stream that was dropped in its place again, which is no news to anyone either.
func bringBack(tx Tx, now time.Time, own Stream) error {
	if err := Streams.Put(tx, own); err != nil {
		return err
	}
	if err := rollUp(tx, own); err != nil {
		return err
	}
	if err := sumDoubles(tx, own.Scope, own.MergedInto); err != nil {
		return err
	}
	if err := schedule(tx, own, now); err != nil {
		return err
	}
	return refresh(tx, own, now)
}

// dropNews takes away news of a stream that the planner has not come to. What is more than a few it finds without their stream,
// and drops them itself.
func dropNews(tx Tx, scope Scope, id string) error {
	const most = 8
	n := 0
	for m, err := range Moments.Scan(tx, "news", string(scope), id) {
		if err != nil || n == most {
			return err
		}
		if err := DeleteMoment(tx, m); err != nil {
			return err
		}
		n++
	}
	return nil
}

// SaveExecutive is the way by which a person changes: their next streams in the same scope come to count for the automakers
// where they hold an office then.
func SaveExecutive(tx Tx, now time.Time, e Executive) error {
	if err := Executives.Put(tx, e); err != nil {
		return err
	}
	return retie(tx, now, e.Scope, e.ID)
}

// The bounds of what a change of office does at once.
const (
	retiedStreams = 50
	roomToRetie   = 40 // writes for one stream, and for the audit entry
)

// retie finds the automakers of a person's next streams anew, of as many as there is room for. The others follow at their own
// next change, when their time has come at the latest. Streams that have begun count for whom they did.
func retie(tx Tx, now time.Time, scope Scope, person string) error {
	looked := 0
	next := Range{Prefix: []string{string(scope), Person(person).String()}, From: TimeKey(now)}
	for stream, err := range Streams.ByRange(tx, byStart, next) {
		if err != nil || looked == retiedStreams || tx.Room() < roomToRetie {
			return err
		}
		looked++
		automakers, err := Scoped{Reader: tx, Scope: scope}.automakersOf(stream)
		if err != nil {
			return err
		}
		if !stream.Open() || !stream.Began.IsZero() || slices.Equal(automakers, stream.Automakers) {
			continue
		}
		stream.Automakers = automakers
		if err := errors.Join(Streams.Put(tx, stream), lookAtStream(tx, stream.Scope, stream.ID)); err != nil {
			return err
		}
	}
	return nil
}

func undoExecutive(tx Tx, now time.Time, c Changed[Executive]) (Change, error) {
	back, err := putBack(tx, Executives, c)
	change := Change{Executive: &back}
	if err != nil {
		return Change{}, asConflict(err, change)
	}
	return change, retie(tx, now, back.Before.Scope, back.Before.ID)
}

func undoAccount(tx Tx, c Changed[Account]) (Change, error) {
	back, err := putBack(tx, Accounts, c)
	change := Change{Account: &back}
	return change, asConflict(err, change)
}

// errChanged says that a record has changed since; it becomes a [ConflictError].
var errChanged = errors.New("changed since")

func asConflict(err error, change Change) error {
	if errors.Is(err, errChanged) {
		return &ConflictError{Change: change}
	}
	return err
}

// putBack puts a record of the roster back as it was before a change. What was a community's first copy of a public record, or
// new, is taken away. It returns the record as the change had left it and as it is seen now; when it has changed since,
// errChanged.
func putBack[V interface{ scope() Scope }](tx Tx, table *Table[V], c Changed[V]) (Changed[V], error) {
	left := c.touched()
	key, scope := table.key(left), (*left).scope()
	current, err := absentIsNil(table.Get(tx, key...))
	if err != nil {
		return Changed[V]{}, err
	}
	if !reflect.DeepEqual(current, c.After) {
		return Changed[V]{Before: left, After: current}, errChanged
	}
	if c.Before != nil && (*c.Before).scope() == scope {
		err = table.Put(tx, *c.Before)
	} else {
		err = table.Delete(tx, key...)
	}
	if err != nil {
		return Changed[V]{}, err
	}
	seen, err := absentIsNil(nearest(Scoped{Reader: tx, Scope: scope}, table, key[1:]...))
	return Changed[V]{Before: left, After: seen}, err
}

func (e Executive) scope() Scope { return e.Scope }

func (a Account) scope() Scope { return a.Scope }
