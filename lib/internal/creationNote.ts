import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import type { Child } from "./children";

/** The hooks of a program by their notes. */
const programs = new WeakMap<object, Map<string, pulumi.ResourceHook>>();

/** Children that a default creates: a preview that would create one of them prints the note, if any. */
export function noted(child: Child, note: string | undefined): Child {
    return note === undefined
        ? child
        : (part, name, args, own) => child(part, name, args, pulumi.mergeOptions(own, creationNote(note)));
}

/** The options with which a preview that would create the resource prints a note. Resources with the same note share a line. */
function creationNote(note: string): pulumi.CustomResourceOptions {
    const monitor = pulumi.runtime.getMonitor() as object | undefined;
    // Mocks of unit tests do not support hooks.
    if (!monitor || !("registerResourceHook" in monitor) || !pulumi.runtime.isDryRun()) {
        return {};
    }
    const hooks = programs.get(monitor) ?? new Map<string, pulumi.ResourceHook>();
    programs.set(monitor, hooks);
    const hook = hooks.get(note) ?? hookOf(note);
    hooks.set(note, hook);
    return { hooks: { beforeCreate: [hook] } };
}

function hookOf(note: string): pulumi.ResourceHook {
    let isPrinted = false;
    // The engine's call belongs to no program, of which there are several in one process with the Automation API.
    const print = AsyncResource.bind(async () => {
        if (!isPrinted) {
            isPrinted = true;
            await pulumi.log.info(note);
        }
    });
    return new pulumi.ResourceHook(note, print, { onDryRun: true });
}
