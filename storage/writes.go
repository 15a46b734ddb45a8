package storage

import (
	"iter"
	"slices"
	"strings"
)

// maxPage bounds what writing a key between others moves.
const maxPage = 128

// writes are items by key, in pages that are never empty: a long sorted slice would move half of itself for every item.
// The zero value is usable.
type writes struct {
	pages [][]Item
	count int
}

// find returns the place of the first item whose key is not less, and whether it has that key. The place behind the last
// item is at the end of the last page.
func (w *writes) find(key string) (page, at int, found bool) {
	page, _ = slices.BinarySearchFunc(w.pages, key, func(p []Item, key string) int { return compareKey(p[len(p)-1], key) })
	if page == len(w.pages) {
		page = max(page-1, 0)
	}
	if len(w.pages) == 0 {
		return 0, 0, false
	}
	at, found = slices.BinarySearchFunc(w.pages[page], key, compareKey)
	return page, at, found
}

// insert puts an item at a place that find has returned. A full page makes room by giving its upper half away; at its end
// it does not, so that keys that come in their order fill their pages.
func (w *writes) insert(page, at int, item Item) {
	w.count++
	if len(w.pages) == 0 {
		w.pages = append(w.pages, []Item{item}) // most overlays are small
		return
	}
	items := w.pages[page]
	if len(items) < maxPage {
		w.pages[page] = slices.Insert(items, at, item)
		return
	}
	if at == len(items) {
		w.pages = slices.Insert(w.pages, page+1, append(make([]Item, 0, maxPage), item))
		return
	}
	const half = maxPage / 2
	w.pages = slices.Insert(w.pages, page+1, append(make([]Item, 0, maxPage), items[half:]...))
	clear(items[half:])
	w.pages[page] = items[:half]
	if at > half {
		page, at = page+1, at-half
	}
	w.pages[page] = slices.Insert(w.pages[page], at, item)
}

// from yields the items from a key on.
func (w *writes) from(key string) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		page, at, _ := w.find(key)
		for ; page < len(w.pages); page, at = page+1, 0 {
			for _, item := range w.pages[page][at:] {
				if !yield(item) {
					return
				}
			}
		}
	}
}

func compareKey(item Item, key string) int { return strings.Compare(item.Key, key) }
