package commands

import (
	"context"
	"fmt"

	"boardcast/bot"
	"boardcast/storage"
)

// Heard returns what is to be done when somebody has spoken to boardcast; given to the router. A chat that is suspended is tried
// again at once; of any other nothing is written.
func Heard(store storage.Store) func(ctx context.Context, req *bot.Request) error {
	return func(ctx context.Context, req *bot.Request) error {
		var suspended bool
		err := store.View(ctx, func(r storage.Reader) (err error) {
			suspended, err = storage.IsSuspended(r, req.Chat.Address)
			return err
		})
		if err == nil && suspended {
			err = store.Update(ctx, func(tx storage.Tx) error { return storage.Heard(tx, req.Now, req.Chat.Address) })
		}
		if err != nil {
			return fmt.Errorf("note that %s was heard: %w", req.Chat.Address, err)
		}
		return nil
	}
}
