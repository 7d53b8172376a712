// The Kubernetes provider as upstream releases it, whose own main package embeds files that only its release makes.
package main

import (
	_ "embed"
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var mapping []byte

func main() {
	// In the module, the schema has no version.
	versioned := fmt.Appendf(nil, `{"version": %q,%s`, version.Version, schema[1:])
	provider.Serve("kubernetes", version.Version, versioned, mapping)
}
