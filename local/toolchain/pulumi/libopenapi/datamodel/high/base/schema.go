package base

import (
	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

type Schema struct {
	Type, Required               []string
	AllOf, AnyOf, OneOf          []*SchemaProxy
	Enum                         []*yaml.Node
	Items, AdditionalProperties  *DynamicValue[*SchemaProxy, bool]
	Properties                   *orderedmap.Map[string, *SchemaProxy]
	Discriminator                *Discriminator
	Description, Format, Pattern string
	Nullable, ReadOnly           *bool
	Extensions                   *orderedmap.Map[string, *yaml.Node]
	Minimum, Maximum, MultipleOf *float64
	MinLength, MaxLength         *int64
	Default                      *yaml.Node
}

func (*Schema) MarshalJSONInline() ([]byte, error) { return nil, nil }

func (*Schema) GoLow() *low { return nil }

type low struct{}

func (*low) Hash() uint64 { return 0 }

type SchemaProxy struct{}

func (*SchemaProxy) Schema() *Schema { return nil }

func (*SchemaProxy) IsReference() bool { return false }

func (*SchemaProxy) GetReference() string { return "" }

type DynamicValue[A, B any] struct {
	N int
	A A
	B B
}

func (*DynamicValue[A, B]) IsA() bool { return false }

func (*DynamicValue[A, B]) IsB() bool { return false }

type Discriminator struct {
	PropertyName string
	Mapping      *orderedmap.Map[string, string]
}
