import * as pulumi from "@pulumi/pulumi";
import type { Child } from "./children";
import { previewHook } from "./hooks";
import { currentProgram } from "./pulumiSdk";

/** The hooks of a program by their notes. */
const programs = new WeakMap<object, Map<string, pulumi.ResourceHook | undefined>>();

/** Children that a default creates: a preview that would create one of them prints the note, if any. */
export function noted(child: Child, note: string | undefined): Child {
    const hook = note !== undefined && pulumi.runtime.isDryRun() ? hookOf(note) : undefined;
    return hook
        ? (part, name, args, own) =>
              child(part, name, args, pulumi.mergeOptions(own, { hooks: { beforeCreate: [hook] } }))
        : child;
}

/** The hook that prints a note once for all resources of the program. */
function hookOf(note: string): pulumi.ResourceHook | undefined {
    const program = currentProgram();
    const hooks = programs.get(program) ?? new Map<string, pulumi.ResourceHook | undefined>();
    programs.set(program, hooks);
    if (!hooks.has(note)) {
        let isPrinted = false;
        const print = async () => {
            if (!isPrinted) {
                isPrinted = true;
                await pulumi.log.info(note);
            }
        };
        hooks.set(note, previewHook("slipway: note", print));
    }
    return hooks.get(note);
}
