import type { Attachment, Capability } from "slipway/iam";

/**
 * What Google's samples call on what a component offers (python-docs-samples at 683bf45f, nodejs-docs-samples at 0f9be642, and the samples of the
 * client libraries), and the permission that each method requires. Checked: 2026-11-29.
 */
export interface SampleCall {
    /** The method in Python, or with `node:` in Node.js. */
    method: string;
    permission: string;
    /** Where the permission is required. @default "resource" */
    on?: "resource" | "project";
    /** What the page says instead, if the capability has no role for it: the page, and a text on it. */
    remedy?: [page: string, text: string];
}

export interface Offer {
    offer: () => Capability<Attachment>;
    /** The page with the permissions of the methods. */
    source: string;
    calls: SampleCall[];
}

/** What code calls by `Component.capability`, or the reason why no client library of Google is for the capability. */
export type SampleCalls = Record<string, Offer | string>;

export const call = (method: string, permission: string, more: Partial<SampleCall> = {}): SampleCall => {
    return { method, permission, ...more };
};
export const onProject = { on: "project" } as const;
