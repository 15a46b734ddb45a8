package commands

import (
	"errors"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// Subjects reads whom words name, as /watch add does, for verbs of the program. Words that name nobody are a *bot.Error.
func Subjects(v cards.View, words string) ([]storage.Subject, error) {
	v.Names = func() (*storage.Directory, error) { return readDirectory(v.Scoped) }
	subjects, err := readSubjects(v, words)
	if errors.Is(err, bot.ErrNotThis) {
		return nil, unknownSubject(v, words)
	}
	return subjects, err
}

// Before reads lengths of time before a stream, such as "1d, 1h", as those of the ladder that are nearest, longest first; "none" is
// none. What cannot be read is bot.ErrNotThis.
func Before(words string) ([]time.Duration, error) {
	lengths, err := readLengths(words)
	return rungs(lengths), err
}

// readLengths reads lengths of time before a stream as they are typed.
func readLengths(words string) ([]time.Duration, error) {
	if bot.Means(words, "none") {
		return nil, nil
	}
	var lengths []time.Duration
	for _, part := range bot.SplitList(words) {
		length, err := bot.ReadLength(withoutBefore(part))
		if err != nil {
			return nil, err
		}
		lengths = append(lengths, length)
	}
	switch {
	case len(lengths) == 0:
		return nil, bot.ErrNotThis
	case len(lengths) > maxBefore:
		return nil, bot.NewError(bot.Limit, "watch.too_many_times", bot.Args{"Max": bot.N(maxBefore)})
	}
	return lengths, nil
}
