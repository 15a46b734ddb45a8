package storage_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"boardcast/storage"
	"boardcast/storage/catalog"
	"boardcast/storage/storagetest"
)

// starter is a store with the starter catalog, and its names.
func starter(tb testing.TB) (storage.Store, *storage.Directory) {
	tb.Helper()
	store := storagetest.Open(tb, append(storage.Tables(), catalog.Marks)...)
	file, err := catalog.Starter()
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := catalog.Apply(tb.Context(), store, file, time.Date(2024, time.May, 20, 0, 0, 0, 0, time.UTC)); err != nil {
		tb.Fatal(err)
	}
	return store, namesIn(tb, store, storage.Public)
}

func namesIn(tb testing.TB, store storage.Store, scope storage.Scope) *storage.Directory {
	tb.Helper()
	var names *storage.Directory
	err := store.View(tb.Context(), func(r storage.Reader) error {
		public, err := storage.ReadDirectory(r, storage.Public, nil)
		names = public
		if err != nil || scope == storage.Public {
			return err
		}
		names, err = storage.ReadDirectory(r, scope, public)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return names
}

func called(subjects []storage.Subject) string {
	var list []string
	for _, s := range subjects {
		list = append(list, s.ID)
	}
	return strings.Join(list, " ")
}

func TestNamesAreFoundHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	_, names := starter(t)
	for _, test := range []struct{ typed, want string }{
		{"Lei Jun", "lei-jun"},
		{"jun lei", "lei-jun"},
		{"Lei, Jun", "lei-jun"},
		{"LEIJUN", "lei-jun"},
		{"junlei", "lei-jun"},
		{"leij un", "lei-jun"},
		{"lei-jun", "lei-jun"},
		{"léi jūn", "lei-jun"},
		{"ＬＥＩ　ＪＵＮ", "lei-jun"},
		{"雷军", "lei-jun"},
		{"雷軍", "lei-jun"},
		{"雷 军", "lei-jun"},
		{"@leijun", "lei-jun"},
		{"雷布斯", "lei-jun"},
		{"雷总", "lei-jun"},
		{"雷军老师", "lei-jun"},
		{"雷军的直播", "lei-jun"},
		{"雷军董事长", "lei-jun"},
		{"Mr Lei Jun", "lei-jun"},
		{"Mr. Lei", "lei-jun"},
		{"CEO Lei Jun", "lei-jun"},
		{"Lei Jun's", "lei-jun"},
		{"Lei Jun’s", "lei-jun"},
		{"Lei Jun (Xiaomi)", "lei-jun"},
		{"xiaomi lei jun", "lei-jun"},
		{"小米雷军", "lei-jun"},
		{"Lei Jun of Xiaomi", "lei-jun"},
		{"馮興亞", "feng-xingya"},
		{"feng xing ya", "feng-xingya"},
		{"Feng Xing-ya", "feng-xingya"},
		{"Xing Ya Feng", "feng-xingya"},
		{"盧偉冰", "lu-weibing"},
		{"lv weibing", "lu-weibing"},
		{"lü weibing", "lu-weibing"},
		{"Weibing Lu", "lu-weibing"},
		{"Wei Jian-jun", "wei-jianjun"},
		{"Jianjun Wei", "wei-jianjun"},
		{"Jian Jun Wei", "wei-jianjun"},
		{"魏建軍", "wei-jianjun"},
		{"張勇 哪吒", "zhang-yong-neta"},
		{"李斌 蔚来", "william-li"},
		{"蔚来李斌", "william-li"},
		{"li bin nio", "william-li"},
		{"Mr Li, NIO", "william-li"},
		{"李总 理想", "li-xiang"},
		{"何xiaopeng", "he-xiaopeng"}, // a surname and the company
		{"zhang neta", "zhang-yong-neta"},
		{"斌哥", "william-li"},
		{"李斌 乐道", "william-li"}, // a brand of his group
		{"musk elon", "elon-musk"},
		{"Mr Musk", "elon-musk"},
		{"埃隆馬斯克", "elon-musk"},
		{"monsieur Källenius", "ola-kaellenius"},
		{"ola kallenius", "ola-kaellenius"},
		{"Schafer Thomas", "thomas-schaefer"},
		{"周鴻禕", "zhou-hongyi"},
		{"NIO Inc.", "nio"},
		{"小米汽车有限公司", "xiaomi"},
		{"xiaomi corporation", "xiaomi"},
		{"great wall motors", "gwm"},
		{"GreatWall", "gwm"},
		{"lynk and co", "lynk-co"},
		{"理想", "liauto"},
		{"lixiang", "liauto"}, // an alias of the company and his name without its space
		{"li xiang", "li-xiang"},
		{"Mercedes", "mercedes"},
		{"mercedes-benz", "mercedes"},
		{"benz", "mercedes"},
		{"x peng motor", "xpeng"},
		{"zeeker", "zeekr"},
		{"xiaopeng", "xpeng"}, // his company, which is called by his given name
		{"比亞迪", "byd"},
		{"問界", "aito"},
		{"huawei", "hima"},
	} {
		if got := called(names.Find(test.typed)); got != test.want {
			t.Errorf("%q: got %q, want %q", test.typed, got, test.want)
		}
	}
}

func TestNamesOfSeveral(t *testing.T) {
	t.Parallel()
	_, names := starter(t)
	got := called(names.Find("李总"))
	for _, want := range []string{"william-li", "li-xiang", "li-shufu"} {
		if !slices.Contains(strings.Fields(got)[:3], want) {
			t.Errorf("got %q, want %s among the first three: they are seen most", got, want)
		}
	}
}

func TestNamesAreCompleted(t *testing.T) {
	t.Parallel()
	_, names := starter(t)
	for _, test := range []struct{ typed, want string }{
		{"lei j", "lei-jun"},
		{"leij", "lei-jun"},
		{"雷", "lei-jun"},
		{"雷軍", "lei-jun"},
		{"lj", "lei-jun"},
		{"fxy", "feng-xingya"},
		{"xingya", "feng-xingya"},
		{"兴亚", "feng-xingya"},
		{"@leij", "lei-jun"},
		{"mus", "elon-musk"},
		{"weil", "nio"},
		{"xiaom", "xiaomi"},
		{"wei j", "wei-jianjun"},
		{"nobody", ""},
	} {
		if got, _, _ := strings.Cut(called(names.Complete(test.typed, 25)), " "); got != test.want {
			t.Errorf("%q: got %q first, want %q", test.typed, got, test.want)
		}
	}
	if n := len(names.Complete("", 25)); n != 25 {
		t.Errorf("with nothing typed %d are proposed, want 25", n)
	}
}

func TestOffices(t *testing.T) {
	t.Parallel()
	store, names := starter(t)
	at := func(day string) time.Time {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, test := range []struct{ typed, today, held, others string }{
		{"gac chair", "2024-05-20", "", "feng-xingya"},
		{"gac chair", "2025-02-03", "feng-xingya", ""},
		{"gac chair in 2025", "2024-05-20", "feng-xingya", ""},
		{"gac chair 2024", "2025-06-01", "", "feng-xingya"},
		{"gac chair january 2025", "2025-06-01", "", "feng-xingya"},
		{"gac chair 2025-02", "2024-06-01", "feng-xingya", ""},
		{"gac chair on 2025-02-02", "2025-06-01", "", "feng-xingya"},
		{"chair of gac", "2025-06-01", "feng-xingya", ""},
		{"the chairman of the GAC group", "2025-06-01", "feng-xingya", ""},
		{"président de GAC", "2025-06-01", "feng-xingya", ""},
		{"广汽董事长", "2025-06-01", "feng-xingya", ""},
		{"廣汽集團董事長", "2025-06-01", "feng-xingya", ""},
		{"2024年广汽董事长", "2025-06-01", "", "feng-xingya"},
		{"广汽2025年3月的董事长", "2024-06-01", "feng-xingya", ""},
		{"gac general manager", "2024-06-01", "feng-xingya", "ge-xianqing"},
		{"gac gm", "2026-06-01", "ge-xianqing", "feng-xingya"},
		{"gac gm 2025", "2026-06-01", "feng-xingya ge-xianqing", ""},
		{"directeur général de GAC", "2024-06-01", "feng-xingya", "ge-xianqing"},
		{"nio ceo", "2024-06-01", "william-li", ""},
		{"蔚来CEO", "2024-06-01", "william-li", ""},
		{"蔚来创始人", "2024-06-01", "qin-lihong william-li", ""},
		{"patron de nio", "2024-06-01", "william-li", ""},
		{"小米总裁", "2024-06-01", "lu-weibing", ""},
		{"xiaomi president", "2024-06-01", "lu-weibing", ""},
		{"PDG de Xiaomi", "2024-06-01", "lei-jun", ""},
		{"gm ceo", "2024-06-01", "mary-barra", ""},
		{"nio cfo", "2024-06-01", "", ""},
	} {
		question, ok := names.ReadOffice(test.typed)
		if !ok {
			t.Errorf("%q is not read as an office", test.typed)
			continue
		}
		err := store.View(t.Context(), func(r storage.Reader) error {
			held, others, err := question.Holders(storage.Scoped{Reader: r, Scope: storage.Public}, at(test.today))
			if got := holders(held); got != test.held {
				t.Errorf("%q on %s: got %q, want %q", test.typed, test.today, got, test.held)
			}
			if got := holders(others); got != test.others {
				t.Errorf("%q on %s: got %q at another time, want %q", test.typed, test.today, got, test.others)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, typed := range []string{"gac", "chair", "lei jun", "gac chair 5", "gac chair 2025-05-20", "gac chair tomorrow", "chair of chairs", ""} {
		if question, ok := names.ReadOffice(typed); ok {
			t.Errorf("%q is read as the office %+v", typed, question)
		}
	}
}

func holders(of []storage.Holder) string {
	var list []string
	for _, h := range of {
		list = append(list, h.Person)
	}
	return strings.Join(list, " ")
}
