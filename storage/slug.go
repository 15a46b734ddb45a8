package storage

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// The bounds of a slug: its bytes, and how many people of one name are told apart.
const (
	maxSlug     = 20
	maxNamesake = 99
)

// NewExecutiveID returns an id for a person who is to be added in a scope: made of the English name, else of the Chinese one
// in pinyin, and a number where people of that name are known. No other person has it in any scope, and nobody in sight is
// called so.
func NewExecutiveID(tx Tx, scope Scope, names Names) (string, error) {
	base := slugOf(names)
	for n := 1; n <= maxNamesake; n++ {
		id := cutSlug(base, "")
		if n > 1 {
			id = cutSlug(base, "-"+strconv.Itoa(n))
		}
		taken, err := isTaken(tx, scope, id)
		if err != nil || !taken {
			return id, err
		}
	}
	return "", fmt.Errorf("id for %q: %d people have one like it", base, maxNamesake)
}

func isTaken(r Reader, scope Scope, id string) (bool, error) {
	_, err := Executives.First(r, bySlug, id)
	if !errors.Is(err, ErrNotFound) {
		return err == nil, err
	}
	called, err := Scoped{Reader: r, Scope: scope}.Called(Fold(id))
	return len(called) > 0, err
}

// slugOf is a name in small Latin letters, with "-" between its words.
func slugOf(names Names) string {
	if slug := latin(names["en"]); slug != "" {
		return slug
	}
	said := pinyin.LazyPinyin(names["zh"], pinyin.NewArgs())
	if len(said) > 0 {
		return latin(said[0] + " " + strings.Join(said[1:], ""))
	}
	return "person"
}

// latin keeps of a name what an id may have.
func latin(name string) string {
	slug := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r == ' ':
			return '-'
		default:
			return -1
		}
	}, Fold(name))
	return strings.Trim(slug, "-")
}

// cutSlug puts an ending behind a slug so that both fit.
func cutSlug(slug, ending string) string {
	return strings.TrimRight(slug[:min(len(slug), maxSlug-len(ending))], "-") + ending
}
