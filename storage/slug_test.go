package storage_test

import (
	"testing"

	"boardcast/storage"
)

func TestNewExecutiveIDIsNobodyElsesInAnyScope(t *testing.T) {
	store := roster(t)
	add := func(scope storage.Scope, names storage.Names) (id string) {
		write(t, store, func(tx storage.Tx) (err error) {
			if id, err = storage.NewExecutiveID(tx, scope, names); err != nil {
				return err
			}
			return storage.SaveExecutive(tx, noon, storage.Executive{Scope: scope, ID: id, Names: names})
		})
		return id
	}
	for _, test := range []struct {
		scope storage.Scope
		names storage.Names
		want  string
	}{
		{"g1", storage.Names{"en": "Ola Källenius", "zh": "康林松"}, "ola-kallenius"},
		{"g1", storage.Names{"zh": "王晓明"}, "wang-xiaoming"},
		{"g2", storage.Names{"zh": "王晓明"}, "wang-xiaoming-2"},     // though g2 does not see the other one
		{"g1", storage.Names{"en": "Qin Lihong"}, "qin-lihong-2"}, // one of g2
		{"g1", storage.Names{"en": "Mr Lei"}, "mr-lei-2"},         // somebody is called so
		{"g1", storage.Names{"en": "NIO"}, "nio-2"},               // a company is
		{"g1", storage.Names{"en": "Maximilian Featherstonehaugh"}, "maximilian-featherst"},
		{"g1", storage.Names{"en": "Maximilian Featherstonehaugh"}, "maximilian-feather-2"},
		{"g1", storage.Names{"en": "محمد"}, "person"},
		{"g1", storage.Names{"en": "Ёлка"}, "person-2"},
	} {
		if got := add(test.scope, test.names); got != test.want {
			t.Errorf("%v in %s is %q, want %q", test.names, test.scope, got, test.want)
		}
	}
}
