package storage_test

import (
	"math"
	"testing"

	"boardcast/storage"
)

func TestMilestone(t *testing.T) {
	tests := []struct{ value, want int64 }{
		{-5, 0},
		{99_999, 0},
		{100_000, 100_000},
		{199_999, 100_000},
		{200_000, 200_000},
		{499_999, 200_000},
		{999_999, 500_000},
		{39_000_000, 20_000_000},
		{math.MaxInt64, 5_000_000_000_000_000_000},
	}
	for _, tt := range tests {
		if got := storage.Milestone(tt.value); got != tt.want {
			t.Errorf("Milestone(%d) = %d, want %d", tt.value, got, tt.want)
		}
	}
}
