package bolt_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

var freePages = flag.Int("free", 2000, "free pages in the file of BenchmarkFreelist")

func openSynced(b *testing.B) *bolt.Store {
	b.Helper()
	store, err := bolt.Open(context.Background(), filepath.Join(b.TempDir(), "store.db"), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	return store
}

// BenchmarkUpdate is one durable update of one key, from one caller and from a hundred. "×update" and "×batch" are how many
// times as many go through in a second as with bbolt's own DB.Update and DB.Batch, measured before it.
func BenchmarkUpdate(b *testing.B) {
	value := make([]byte, 100)
	for _, callers := range []int{1, 100} {
		b.Run(strconv.Itoa(callers), func(b *testing.B) {
			update := plainRate(b, callers, value, (*bbolt.DB).Update)
			batch := plainRate(b, callers, value, (*bbolt.DB).Batch)
			store := openSynced(b)
			var n atomic.Int64
			b.ResetTimer()
			share(b, callers, b.N, func() error {
				key := fmt.Sprintf("key/%06d", n.Add(1)%10_000)
				return store.Update(b.Context(), func(tx storage.Tx) error { return tx.Put(key, value) })
			})
			b.StopTimer()
			rate := float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "updates/s")
			b.ReportMetric(rate/update, "×update")
			b.ReportMetric(rate/batch, "×batch")
		})
	}
}

// plainRate returns how many updates a second bbolt commits by itself.
func plainRate(b *testing.B, callers int, value []byte, commit func(*bbolt.DB, func(*bbolt.Tx) error) error) float64 {
	b.Helper()
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "plain.db"), 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var n atomic.Int64
	updates := 200 * min(callers, 20)
	start := time.Now()
	share(b, callers, updates, func() error {
		key := fmt.Appendf(nil, "key/%06d", n.Add(1)%10_000)
		return commit(db, func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("plain"))
			if err != nil {
				return err
			}
			return bucket.Put(key, value)
		})
	})
	return float64(updates) / time.Since(start).Seconds()
}

// share has callers call fn n times in all.
func share(b *testing.B, callers, n int, fn func() error) {
	b.Helper()
	var next atomic.Int64
	done := make(chan error)
	for range callers {
		go func() {
			var err error
			for err == nil && next.Add(1) <= int64(n) {
				err = fn()
			}
			done <- err
		}()
	}
	for range callers {
		if err := <-done; err != nil {
			b.Error(err)
		}
	}
}

// filled returns a store with n keys of 100 bytes.
func filled(b *testing.B, n int) *bolt.Store {
	b.Helper()
	store := open(b, filepath.Join(b.TempDir(), "store.db"))
	for first := 0; first < n; first += bolt.Room {
		err := store.Update(b.Context(), func(tx storage.Tx) error {
			for i := first; i < min(first+bolt.Room, n); i++ {
				if err := tx.Put(fmt.Sprintf("key/%06d", i), make([]byte, 100)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return store
}

// BenchmarkGet is one Get within a View, and a View with one Get.
func BenchmarkGet(b *testing.B) {
	const keys = 100_000
	store := filled(b, keys)
	key := func() string { return fmt.Sprintf("key/%06d", rand.IntN(keys)) }
	b.Run("in a view", func(b *testing.B) {
		err := store.View(b.Context(), func(r storage.Reader) error {
			for b.Loop() {
				if _, err := r.Get(key()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Error(err)
		}
	})
	b.Run("with its view", func(b *testing.B) {
		for b.Loop() {
			err := store.View(b.Context(), func(r storage.Reader) error {
				_, err := r.Get(key())
				return err
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkScan goes through 100,000 keys.
func BenchmarkScan(b *testing.B) {
	const keys = 100_000
	store := filled(b, keys)
	for b.Loop() {
		err := store.View(b.Context(), func(r storage.Reader) error {
			for _, err := range r.Scan("", "") {
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Error(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/keys, "ns/key")
}

// BenchmarkFreelist is one put, and opening, on a file with many free pages, for the ways in which bbolt can keep the list
// of them. More pages than the default: -args -free 50000.
func BenchmarkFreelist(b *testing.B) {
	for _, kind := range []bbolt.FreelistType{bbolt.FreelistArrayType, bbolt.FreelistMapType} {
		for _, noSync := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s,stored=%t", kind, !noSync), func(b *testing.B) {
				path := filepath.Join(b.TempDir(), "churned.db")
				opts := &bbolt.Options{FreelistType: kind, NoFreelistSync: noSync, InitialMmapSize: 1 << 30}
				churn(b, path, opts, *freePages)
				opts.NoSync = false
				start := time.Now()
				db, err := bbolt.Open(path, 0o600, opts)
				if err != nil {
					b.Fatal(err)
				}
				defer db.Close()
				opening := time.Since(start)
				b.ResetTimer()
				for i := range b.N {
					putPage(b, db, strconv.Itoa(i%100))
				}
				b.StopTimer()
				b.ReportMetric(float64(opening.Microseconds()), "µs/open")
				b.ReportMetric(float64(db.Stats().FreePageN), "free-pages")
			})
		}
	}
}

func putPage(b *testing.B, db *bbolt.DB, key string) {
	b.Helper()
	err := db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("churned")).Put([]byte(key), make([]byte, 100)) })
	if err != nil {
		b.Fatal(err)
	}
}

// churn leaves about as many free pages, scattered, and as many again in use.
func churn(b *testing.B, path string, opts *bbolt.Options, free int) {
	b.Helper()
	opts.NoSync = true
	db, err := bbolt.Open(path, 0o600, opts)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	random := rand.New(rand.NewPCG(1, 2))
	for _, remove := range []bool{false, true} {
		keys := random.Perm(2 * free)
		if remove {
			keys = keys[:free]
		}
		for len(keys) > 0 {
			n := min(len(keys), 1000)
			if err := db.Update(func(tx *bbolt.Tx) error { return churnSome(tx, keys[:n], remove) }); err != nil {
				b.Fatal(err)
			}
			keys = keys[n:]
		}
	}
}

func churnSome(tx *bbolt.Tx, keys []int, remove bool) error {
	bucket, err := tx.CreateBucketIfNotExists([]byte("churned"))
	if err != nil {
		return err
	}
	for _, key := range keys {
		key := fmt.Appendf(nil, "page/%08d", key)
		if remove {
			err = bucket.Delete(key)
		} else {
			err = bucket.Put(key, make([]byte, 3000))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
