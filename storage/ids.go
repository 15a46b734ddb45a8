package storage

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// idDigits has neither vowels, so that no id is a word, nor l, which looks like 1.
const idDigits = "0123456789bcdfghjkmnpqrstvwxyz"

const (
	idTable = "id"
	// catalogIDs is how many stream ids, those of one to three digits, belong to the catalog, whose streams have the same
	// id everywhere.
	catalogIDs = 30 * 30 * 30
	maxIDLen   = 12
)

// NextID allocates the next short id with a letter, such as "w3", in the transaction that creates its record. Ids are
// names people type, not secrets, and never given twice: the last number is kept under "id/<letter>". Streams ("s") begin
// at s1000 (27,000), because s1 to szzz belong to the catalog; all others begin at 1.
func NextID(tx Tx, letter string) (string, error) {
	key := Key(idTable, letter)
	last, err := lastID(tx, key, letter)
	if err != nil {
		return "", fmt.Errorf("next id of %q: %w", letter, err)
	}
	if err := tx.Put(key, strconv.AppendUint(nil, last+1, 10)); err != nil {
		return "", fmt.Errorf("next id of %q: %w", letter, err)
	}
	return letter + formatID(last+1), nil
}

func lastID(r Reader, key, letter string) (uint64, error) {
	raw, err := r.Get(key)
	switch {
	case err == nil:
		return strconv.ParseUint(string(raw), 10, 64)
	case !errors.Is(err, ErrNotFound):
		return 0, err
	case letter == "s":
		return catalogIDs - 1, nil
	default:
		return 0, nil
	}
}

func formatID(n uint64) string {
	var digits [maxIDLen + 2]byte
	i := len(digits)
	for ; n > 0; n /= uint64(len(idDigits)) {
		i--
		digits[i] = idDigits[n%uint64(len(idDigits))]
	}
	return string(digits[i:])
}

// numberOf is the number that an id was allocated with.
func numberOf(letter, id string) (uint64, bool) {
	id, ok := ParseID(letter, id)
	if !ok {
		return 0, false
	}
	var n uint64
	for _, digit := range id[len(letter):] {
		n = n*uint64(len(idDigits)) + uint64(strings.IndexRune(idDigits, digit)) //nolint:gosec // ParseID knows all digits
	}
	return n, true
}

// ParseID reads an id as people type it, in either case and with the marks of the sentence it stood in, and returns it as it is
// stored.
func ParseID(letter, s string) (id string, ok bool) {
	id = strings.ToLower(strings.Trim(s, "#.,;:?!。，；：？！"))
	digits, ok := strings.CutPrefix(id, letter)
	if !ok || digits == "" || len(digits) > maxIDLen || digits[0] == '0' {
		return "", false
	}
	if strings.Trim(digits, idDigits) != "" {
		return "", false
	}
	return id, true
}
