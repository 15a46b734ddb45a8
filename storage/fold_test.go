package storage_test

import (
	"testing"

	"boardcast/storage"
)

func TestFold(t *testing.T) {
	for name, want := range map[string]string{
		"Lei Jun":             "lei jun",
		"Léi  Jūn":            "lei jun",
		"ＬＥＩ　ＪＵＮ":             "lei jun",
		"  lei-jun ":          "lei jun",
		"雷军":                  "雷军",
		"“雷军”":                "雷军",
		"雷·军":                 "雷 军",
		"Ola Källenius":       "ola kallenius",
		"Xi'an":               "xian",
		"Xi’an":               "xian",
		"Mercedes-Benz":       "mercedes benz",
		"Lynk & Co":           "lynk co",
		"小米SU7":               "小米su7",
		"Citroe\u0308n":       "citroen",
		"@leijun":             "leijun",
		"…!?":                 "",
		"":                    "",
		"\u202eLei\u200b Jun": "lei jun",
	} {
		got := storage.Fold(name)
		if got != want {
			t.Errorf("Fold(%q) = %q, want %q", name, got, want)
		}
		if again := storage.Fold(got); again != got {
			t.Errorf("Fold(%q) = %q: folding twice is not folding once", got, again)
		}
	}
}

func TestFoldAddress(t *testing.T) {
	for address, want := range map[string]string{
		"https://weibo.com/u/1749127163":             "weibo.com/u/1749127163",
		"http://www.weibo.com/u/1749127163/":         "weibo.com/u/1749127163",
		"m.weibo.com/u/1749127163?from=feed#top":     "weibo.com/u/1749127163",
		"https://x.com/ElonMusk":                     "x.com/elonmusk",
		"ｈｔｔｐｓ://ｘ.com/elonmusk":                     "x.com/elonmusk",
		"https://space.bilibili.com:443/1234":        "space.bilibili.com/1234",
		"https://live.douyin.com/a%2Fb":              "live.douyin.com/a/b",
		" https://www.youtube.com/@RivianAutomotive": "youtube.com/@rivianautomotive",
		"https://":   "",
		"lei jun":    "",
		"not a host": "",
		"":           "",
		"http://[::": "",
	} {
		if got := storage.FoldAddress(address); got != want {
			t.Errorf("FoldAddress(%q) = %q, want %q", address, got, want)
		}
	}
}
