import { existsSync, writeFileSync } from "node:fs";
import { schemaOf } from "../../../local/simulator/schema/schema";
import type { Deployment } from "../../deploy/deployment";
import { type Subject, typeOf } from "./rounds";

/** The arguments that a change can have without another effect, in this order. */
const harmless = ["labels", "description", "displayName", "annotations"];

/** The component names a revision after the labels, before the transformation below changes them. */
const service = "gcp:cloudrunv2/service:Service";

/** Its labels are its settings, and Google refuses others. */
const channel = "gcp:monitoring/notificationChannel:NotificationChannel";

const changeableBy: Record<string, string[]> = { [service]: ["description"], [channel]: ["description"] };

/** The argument of a type that can change without a replacement, if there is one. */
function changeable(type: string): string | undefined {
    const properties = schemaOf(type)?.properties ?? {};
    return (changeableBy[type] ?? harmless).find((name) => {
        const { optional, required, replaceOnChange, deprecated } = properties[name] ?? {};
        return (optional || required) && !replaceOnChange && deprecated === undefined;
    });
}

/** Changes an argument of every resource of a program whose type has one that can change; returns these resources. */
export function change(deployment: Deployment, subjects: Subject[]): Subject[] {
    const types = [...new Set(subjects.map(typeOf))];
    const changed = Object.fromEntries(types.map((type) => [type, changeable(type)]));
    writeFileSync(deployment.file("changed.json"), JSON.stringify(changed));
    writeFileSync(deployment.file("change.js"), code);
    const main = existsSync(deployment.file("index.ts")) ? "index.ts" : "index.js";
    deployment.edit(main, (text) => `require("./change");\n${text}`);
    return subjects.filter((subject) => changed[typeOf(subject)]);
}

/** A transformation that the program gets before it creates resources. */
const code = `"use strict";
const pulumi = require("@pulumi/pulumi");
const changed = require("./changed.json");
pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    const key = changed[type];
    const isMap = key === "labels" || key === "annotations";
    const value = (old) => (isMap ? { ...old, step: "two" } : (old ?? "") + " Two.");
    return key && { props: { ...props, [key]: pulumi.output(props[key]).apply(value) }, opts };
});
`;
