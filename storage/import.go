package storage

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// ImportMode is what an import does with what the store holds.
type ImportMode uint8

const (
	// ImportAll fills an empty store with all that is in the file.
	ImportAll ImportMode = iota
	// ImportMerge adds the public roster, streams and figures to those of a store, and puts them in the place of those of the
	// same ids. Communities, chats and watches count their ids anew in every store, so they cannot be mixed, and are left out.
	ImportMerge
)

// TableImport says what became of the records of a table.
type TableImport struct {
	Table                    string
	New, Changed, Same, Left int
}

// ImportError says what is wrong with a file, a mistake a line. Nothing of such a file should be kept.
type ImportError struct {
	Mistakes []string // with the numbers of their lines, the first twenty
	More     bool     // there may be others: the rest of the file was not read
}

// Error implements [error].
func (e *ImportError) Error() string {
	lines := slices.Clip(e.Mistakes)
	if e.More {
		lines = append(lines, "there may be more: the rest of the file was not read")
	}
	return strings.Join(lines, "\n")
}

// The bounds of what is read at once.
const (
	longestLine = 16 << 20
	pageOfLines = 500
	pageOfBytes = 4 << 20
)

// Import puts what Export wrote into a store, in Updates that fill Room. Reading it again after an interruption comes to the
// same. What is wrong with the file is an [*ImportError]; then a part of it is in the store all the same.
func Import(ctx context.Context, store Store, from io.Reader, mode ImportMode, now time.Time, tables ...Checker) (ExportHead, []TableImport, error) {
	im := importer{mode: mode, now: now, shelves: map[string]Shelf{}, counts: map[string]*TableImport{}, lines: bufio.NewScanner(from)}
	im.lines.Buffer(nil, longestLine)
	for _, table := range tables {
		im.shelves[table.Name()] = table
	}
	head, err := im.head()
	if err != nil {
		return head, nil, err
	}
	for !im.full() {
		page := im.page()
		if len(page) == 0 {
			break
		}
		if err := im.load(ctx, store, page); err != nil {
			return head, nil, fmt.Errorf("import: %w", err)
		}
	}
	if err := im.lines.Err(); err != nil && !errors.Is(err, bufio.ErrTooLong) {
		return head, nil, fmt.Errorf("read the export: %w", err)
	}
	im.checkEnd()
	return head, im.report(tables), im.err()
}

type importer struct {
	mode    ImportMode
	now     time.Time
	shelves map[string]Shelf
	lines   *bufio.Scanner
	at      int // the number of the last line that was read
	ended   bool
	counts  map[string]*TableImport
	wrong   []lineError
}

type lineError struct {
	line int
	err  error
}

func (im *importer) mistake(line int, err error) {
	im.wrong = append(im.wrong, lineError{line: line, err: err})
}

// full reports whether so much is wrong that there is no point in reading on.
func (im *importer) full() bool { return len(im.wrong) >= maxFindings }

func (im *importer) err() error {
	if len(im.wrong) == 0 {
		return nil
	}
	slices.SortFunc(im.wrong, func(a, b lineError) int { return a.line - b.line })
	told := &ImportError{More: im.full()}
	for _, wrong := range im.wrong[:min(len(im.wrong), maxFindings)] {
		told.Mistakes = append(told.Mistakes, fmt.Sprintf("line %d: %s", wrong.line, wrong.err))
	}
	return told
}

// head reads the first line.
func (im *importer) head() (ExportHead, error) {
	var head ExportHead
	im.at++
	if !im.lines.Scan() || json.Unmarshal(im.lines.Bytes(), &head) != nil || head.Boardcast != "export" {
		return head, &ImportError{Mistakes: []string{"line 1: this is not an export of boardcast"}}
	}
	if head.Format > exportFormat {
		return head, &ImportError{Mistakes: []string{fmt.Sprintf(
			"line 1: the export is of format %d and this boardcast reads up to %d; use the version that wrote it, %s", head.Format, exportFormat, head.Program)}}
	}
	if known := len(Steps()); head.Schema > known {
		return head, &ImportError{Mistakes: []string{"line 1: " + (&NewerSchemaError{Stored: head.Schema, Known: known}).Error()}}
	}
	return head, nil
}

// importLine is a line with its number.
type importLine struct {
	exportLine
	at    int
	shelf Shelf
}

// page reads lines up to a bound, without those that are wrong. There are none where the file has ended.
func (im *importer) page() []importLine {
	var page []importLine
	for bytes := 0; len(page) < pageOfLines && bytes < pageOfBytes && !im.full() && im.lines.Scan(); {
		im.at++
		bytes += len(im.lines.Bytes())
		line, err := im.read(im.lines.Bytes())
		switch {
		case err != nil:
			im.mistake(im.at, err)
		case line.End:
			im.ended = true
		default:
			page = append(page, line)
		}
	}
	return page
}

// checkEnd looks at how the file ended, if it was read so far.
func (im *importer) checkEnd() {
	switch {
	case im.full():
	case errors.Is(im.lines.Err(), bufio.ErrTooLong):
		im.mistake(im.at+1, fmt.Errorf("it is longer than %d bytes", longestLine))
	case !im.ended:
		im.mistake(im.at+1, errors.New("the end is missing: the file was cut off"))
	}
}

// read parses a line and finds its table.
func (im *importer) read(raw []byte) (importLine, error) {
	line := importLine{at: im.at}
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&line.exportLine); err != nil {
		return line, fmt.Errorf("not a line of an export: %w", err)
	}
	switch {
	case im.ended:
		return line, errors.New("it stands behind the end")
	case line.End && line.Lines != im.at-2:
		return line, fmt.Errorf("lines are missing or were added: there are %d, not %d", im.at-2, line.Lines)
	case line.End, line.Table == idTable && line.Letter != "":
		return line, nil
	case !PartAll.Includes(line.Table):
		return line, fmt.Errorf("%ss belong to messages that were sent, and cannot be imported", line.Table)
	}
	line.shelf = im.shelves[line.Table]
	if line.shelf == nil {
		return line, fmt.Errorf("there is no table %q", line.Table)
	}
	return line, nil
}

// result is what became of a line.
type result struct {
	loaded Loaded
	left   bool
	err    error
}

// load puts a page of lines into the store.
func (im *importer) load(ctx context.Context, store Store, page []importLine) error {
	results := make([]result, len(page))
	for done := 0; done < len(page); {
		var until int
		err := store.Update(ctx, func(tx Tx) error {
			until = im.fill(tx, page, results, done)
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		done = until
	}
	for i, line := range page {
		im.count(line, results[i])
	}
	return nil
}

// fill loads lines from one on, as many as there is Room for and one at least, and returns where to go on.
func (im *importer) fill(tx Tx, page []importLine, results []result, from int) int {
	for i := from; i < len(page); i++ {
		// Whether a record fits is known once it has been written: to an overlay first.
		trial := NewOverlay(tx, tx.Room())
		res := im.loadLine(trial, page[i])
		if errors.Is(trial.Err(), ErrTooLarge) {
			if i > from {
				return i
			}
			res.err = errors.New("the record has more index rows than fit into one transaction")
		}
		if res.err == nil {
			res.err = trial.ApplyTo(tx)
		}
		results[i] = res
	}
	return len(page)
}

func (im *importer) loadLine(tx Tx, line importLine) result {
	if im.mode == ImportMerge && !line.mergeable() {
		return result{left: true}
	}
	if line.shelf == nil {
		return result{err: RaiseIDs(tx, map[string]uint64{line.Letter: line.Last})}
	}
	loaded, err := line.shelf.Load(tx, line.Version, line.Record)
	if err == nil && im.mode == ImportAll && loaded != LoadedNew {
		err = errors.New("the same record stands in the file twice")
	}
	if err == nil && line.Table == Chats.Name() {
		err = lookAtLoaded(tx, line.Version, line.Record)
	}
	if err == nil && im.mode == ImportMerge && line.Table == Streams.Name() && loaded != LoadedSame {
		err = mergeStream(tx, im.now, line.Version, line.Record)
	}
	if err == nil && im.mode == ImportMerge && loaded != LoadedSame {
		err = line.sumUp(tx)
	}
	return result{loaded: loaded, err: err}
}

// sumUp works out anew what the figures of a stream come to, if the line is of a stream or its readings: in another store they
// stand among other streams.
func (l importLine) sumUp(tx Tx) error {
	var of struct {
		Scope      Scope
		ID, Stream string
	}
	if l.Table != Streams.Name() && l.Table != Readings.Name() {
		return nil
	}
	if err := json.Unmarshal(l.Record, &of); err != nil {
		return err
	}
	return sumUpWhole(tx, of.Scope, cmp.Or(of.Stream, of.ID))
}

// mergeable reports whether a line means the same in every store.
func (l importLine) mergeable() bool {
	if l.shelf == nil || !PartRoster.Includes(l.Table) && !PartStreams.Includes(l.Table) {
		return false
	}
	var scoped struct{ Scope Scope }
	return json.Unmarshal(l.Record, &scoped) == nil && (scoped.Scope == "" || scoped.Scope == Public)
}

func (im *importer) count(line importLine, res result) {
	if res.err != nil {
		im.mistake(line.at, fmt.Errorf("%s: %w", line.Table, res.err))
		return
	}
	n := im.counts[line.Table]
	if n == nil {
		n = &TableImport{Table: line.Table}
		im.counts[line.Table] = n
	}
	switch {
	case res.left:
		n.Left++
	case line.shelf == nil: // ids are no records
	case res.loaded == LoadedNew:
		n.New++
	case res.loaded == LoadedChanged:
		n.Changed++
	default:
		n.Same++
	}
}

// report lists the tables of the file in the order of the store's.
func (im *importer) report(tables []Checker) []TableImport {
	var report []TableImport
	for _, table := range tables {
		if n := im.counts[table.Name()]; n != nil {
			report = append(report, *n)
		}
	}
	return report
}
