package console

import "slices"

// recent remembers the values put last, up to a limit.
type recent[K comparable, V any] struct {
	limit  int
	order  []K // least recently put first
	values map[K]V
}

func newRecent[K comparable, V any](limit int) *recent[K, V] {
	return &recent[K, V]{limit: limit, values: make(map[K]V)}
}

func (r *recent[K, V]) get(key K) (V, bool) {
	value, ok := r.values[key]
	return value, ok
}

func (r *recent[K, V]) put(key K, value V) {
	if i := slices.Index(r.order, key); i >= 0 {
		r.order = slices.Delete(r.order, i, i+1)
	}
	if len(r.order) == r.limit {
		delete(r.values, r.order[0])
		r.order = slices.Delete(r.order, 0, 1)
	}
	r.order = append(r.order, key)
	r.values[key] = value
}
