package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// unknownKey is the key of what is not known yet, with the addresses that it depends on.
const unknownKey = "$unknown"

// metaArguments are those that all resources have.
var metaArguments = []string{"count", "for_each", "depends_on", "provider"}

var metaBlocks = []string{"lifecycle", "timeouts", "provisioner", "connection"}

// instances returns the instances of a declaration, and sets its value.
func (c *Config) instances(d *Declaration) []*Instance {
	context := c.scope(d.block.Body)
	before := len(c.problems)
	found := []*Instance{}
	add := func(address string, key any, own *hcl.EvalContext) {
		each := c.instance(d, address, own)
		each.Key = key
		found = append(found, each)
	}
	within := func(name string, value map[string]cty.Value) *hcl.EvalContext {
		own := context.NewChild()
		own.Variables = map[string]cty.Value{name: cty.ObjectVal(value)}
		return own
	}
	count, each := d.block.Body.Attributes["count"], d.block.Body.Attributes["for_each"]
	switch {
	case count != nil:
		value, problems := count.Expr.Value(context)
		c.note(problems)
		number, err := convert.Convert(value, cty.Number)
		if err != nil || !number.IsKnown() || number.IsNull() {
			return c.later(d, count.Expr)
		}
		total, _ := number.AsBigFloat().Int64()
		values := []cty.Value{}
		for i := range total {
			address := fmt.Sprintf("%s[%d]", d.address, i)
			add(address, i, within("count", map[string]cty.Value{"index": cty.NumberIntVal(i)}))
			values = append(values, c.stateOf(address))
		}
		d.value = cty.TupleVal(values)
	case each != nil:
		value, problems := each.Expr.Value(context)
		c.note(problems)
		if !value.IsKnown() || value.IsNull() || !value.CanIterateElements() {
			return c.later(d, each.Expr)
		}
		values := map[string]cty.Value{}
		for items := value.ElementIterator(); items.Next(); {
			key, item := items.Element()
			if value.Type().IsSetType() {
				key = item
			}
			if !key.IsKnown() || key.IsNull() || key.Type() != cty.String {
				return c.later(d, each.Expr)
			}
			address := fmt.Sprintf("%s[%s]", d.address, strconv.Quote(key.AsString()))
			add(address, key.AsString(), within("each", map[string]cty.Value{"key": key, "value": item}))
			values[key.AsString()] = c.stateOf(address)
		}
		d.value = cty.ObjectVal(values)
	default:
		add(d.address, nil, context)
		d.value = c.stateOf(d.address)
	}
	if len(found) > 0 {
		found[0].Problems = slices.Clone(c.problems[before:])
	}
	return found
}

func (c *Config) stateOf(address string) cty.Value {
	if value, ok := c.state[address]; ok {
		return value
	}
	return cty.DynamicVal
}

// later returns one instance for those of which the number is not known yet.
func (c *Config) later(d *Declaration, expression hcl.Expression) []*Instance {
	waits := c.waits(expression)
	return []*Instance{{
		Address: d.address, Mode: d.mode, Type: d.kind, Name: d.name, Needs: d.needs, Waits: waits,
		Attributes: map[string]any{unknownKey: waits},
	}}
}

func (c *Config) instance(d *Declaration, address string, context *hcl.EvalContext) *Instance {
	attributes, waits := c.body(d.block.Body, context, metaArguments, metaBlocks)
	// What it depends on explicitly must exist as well.
	if depends := d.block.Body.Attributes["depends_on"]; depends != nil {
		for _, each := range c.waits(depends.Expr) {
			waits[each] = true
		}
	}
	found := &Instance{
		Address: address, Mode: d.mode, Type: d.kind, Name: d.name, Attributes: attributes, Needs: d.needs,
		Provider: c.text(d.block.Body, "provider"), Waits: slices.Sorted(maps.Keys(waits)),
	}
	for _, block := range d.block.Body.Blocks {
		switch block.Type {
		case "timeouts":
			found.Timeouts, _ = c.body(block.Body, context, nil, nil)
		case "lifecycle":
			found.Lifecycle = c.lifecycle(block.Body, context)
		}
	}
	return found
}

// lifecycle returns the rules of a resource: paths as they are written.
func (c *Config) lifecycle(body *hclsyntax.Body, context *hcl.EvalContext) map[string]any {
	found := map[string]any{}
	for name, attribute := range body.Attributes {
		switch list, isList := attribute.Expr.(*hclsyntax.TupleConsExpr); {
		case isList:
			texts := []string{}
			for _, each := range list.Exprs {
				texts = append(texts, c.sourceOf(each))
			}
			found[name] = texts
		case name == "ignore_changes":
			found[name] = c.sourceOf(attribute.Expr)
		default:
			found[name] = c.value(attribute.Expr, context)
		}
	}
	for _, block := range body.Blocks {
		found[block.Type] = true
	}
	return found
}

// body evaluates the attributes and the blocks of a block. Blocks are lists of objects by their names.
func (c *Config) body(body *hclsyntax.Body, context *hcl.EvalContext, without, withoutBlocks []string) (map[string]any, map[string]bool) {
	found, waits := map[string]any{}, map[string]bool{}
	merge := func(more map[string]bool) { maps.Copy(waits, more) }
	for _, name := range slices.Sorted(maps.Keys(body.Attributes)) {
		if slices.Contains(without, name) {
			continue
		}
		expression := body.Attributes[name].Expr
		if value := c.value(expression, context); value != nil {
			found[name] = value
			if hasUnknown(value) {
				for _, each := range c.waits(expression) {
					waits[each] = true
				}
			}
		}
	}
	for _, block := range body.Blocks {
		name, items := block.Type, []any{}
		switch {
		case slices.Contains(withoutBlocks, name):
			continue
		case name == "dynamic" && len(block.Labels) == 1:
			name = block.Labels[0]
			var more map[string]bool
			items, more = c.dynamic(block, context)
			merge(more)
		default:
			item, more := c.body(block.Body, context, nil, nil)
			items = append(items, item)
			merge(more)
		}
		before, _ := found[name].([]any)
		if items = append(before, items...); len(items) > 0 {
			found[name] = items
		}
	}
	return found, waits
}

// dynamic returns the blocks that a dynamic block stands for.
func (c *Config) dynamic(block *hclsyntax.Block, context *hcl.EvalContext) ([]any, map[string]bool) {
	waits := map[string]bool{}
	each := block.Body.Attributes["for_each"]
	if each == nil {
		return nil, waits
	}
	value, problems := each.Expr.Value(context)
	c.note(problems)
	if problems.HasErrors() {
		return nil, waits
	}
	if !value.IsKnown() {
		for _, address := range c.waits(each.Expr) {
			waits[address] = true
		}
		return []any{c.unknown(each.Expr)}, waits
	}
	if value.IsNull() || !value.CanIterateElements() {
		return nil, waits
	}
	iterator := block.Labels[0]
	if name := c.text(block.Body, "iterator"); name != "" {
		iterator = name
	}
	found := []any{}
	for items := value.ElementIterator(); items.Next(); {
		key, item := items.Element()
		if value.Type().IsSetType() {
			key = item
		}
		own := context.NewChild()
		own.Variables = map[string]cty.Value{iterator: cty.ObjectVal(map[string]cty.Value{"key": key, "value": item})}
		for _, content := range block.Body.Blocks {
			if content.Type == "content" {
				converted, more := c.body(content.Body, own, nil, nil)
				maps.Copy(waits, more)
				found = append(found, converted)
			}
		}
	}
	return found, waits
}

// value evaluates an expression to JSON; nil if it is null.
func (c *Config) value(expression hcl.Expression, context *hcl.EvalContext) any {
	value, problems := expression.Value(context)
	c.note(problems)
	if problems.HasErrors() {
		return nil
	}
	return c.json(value, expression)
}

// waits returns the addresses that an expression refers to and that are not in the state.
func (c *Config) waits(expression hcl.Expression) []string {
	found := map[string]bool{}
	c.referred(expression, found)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(found)), func(address string) bool {
		declared := c.declared[address]
		return declared == nil || declared.value.IsWhollyKnown()
	})
}

func (c *Config) unknown(expression hcl.Expression) any {
	return map[string]any{unknownKey: c.waits(expression)}
}

func (c *Config) json(value cty.Value, expression hcl.Expression) any {
	value, _ = value.Unmark()
	switch typ := value.Type(); {
	case !value.IsKnown():
		return c.unknown(expression)
	case value.IsNull():
		return nil
	case typ == cty.String:
		return value.AsString()
	case typ == cty.Bool:
		return value.True()
	case typ == cty.Number:
		number := value.AsBigFloat()
		if whole, accuracy := number.Int64(); accuracy == 0 {
			return whole
		}
		float, _ := number.Float64()
		return float
	case typ.IsObjectType() || typ.IsMapType():
		found := map[string]any{}
		for items := value.ElementIterator(); items.Next(); {
			key, item := items.Element()
			found[key.AsString()] = c.json(item, expression)
		}
		return found
	case value.CanIterateElements():
		found := []any{}
		for items := value.ElementIterator(); items.Next(); {
			_, item := items.Element()
			found = append(found, c.json(item, expression))
		}
		return found
	}
	c.problems = append(c.problems, fmt.Sprintf("a value of the type %s", value.Type().FriendlyName()))
	return nil
}

func hasUnknown(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		if _, ok := v[unknownKey]; ok {
			return true
		}
		for _, item := range v {
			if hasUnknown(item) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasUnknown)
	}
	return false
}
