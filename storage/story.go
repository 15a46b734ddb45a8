package storage

import (
	"hash/fnv"
	"slices"
	"time"
)

// Try is an attempt to send a notice, or something that held it up.
type Try struct {
	At time.Time `json:"at"`
	// Why is what came of it: the key of a sentence that begins with "tried.", else the messenger's own words.
	Why string `json:"why"`
}

// mostTries is how many of the last tries are kept of a notice.
const mostTries = 8

// Note keeps what came of a try, in few words and without secrets. Of many the last are kept.
func (n *Notice) Note(at time.Time, why string) {
	tries := append(slices.Clone(n.Tries), Try{At: at.UTC(), Why: bounded(why)})
	n.Tries = tries[max(len(tries)-mostTries, 0):]
}

// Handle is a short name of the notice, such as "n4k2j7", by which people ask for it. It is made of the notice's key and always the same;
// among the notices of one chat hardly two have the same one.
func (n Notice) Handle() string {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(Key(n.Key()...)))    // never fails
	return "n" + formatID(uint64(sum.Sum32())|1) // not 0, which has no digits
}

// PlaceOf counts the notices that are sent before one that is ready, up to most of them; more says that there are more.
func PlaceOf(r Reader, n Notice, now time.Time, most int) (ahead int, more bool, err error) {
	for _, lane := range Lanes() {
		rows, err := ReadyRows(r, n.Messenger, lane, now, most)
		if err != nil {
			return 0, false, err
		}
		if lane == n.Kind.Lane() {
			at := slices.IndexFunc(rows, func(row ReadyRow) bool { return slices.Equal(row.Key, n.Key()) })
			if at < 0 {
				return ahead + len(rows), true, nil
			}
			return ahead + at, false, nil
		}
		ahead += len(rows)
	}
	return ahead, false, nil
}
