import { getBucketObjectContent } from "@pulumi/gcp/storage/getBucketObjectContent";
import type { Environment } from "../environment";

/** Whether an object is there: `found`, or why not; in an error that is none of these, what was said. */
export type Found = "found" | "no object" | "no bucket" | "no permission" | { error: string };

/** How a download is refused ("HTTP status and error codes for JSON"), in the words that come through the provider. */
const refusals: [words: RegExp, found: Found][] = [
    [/The specified bucket does not exist/, "no bucket"],
    [/No such object/, "no object"],
    [/does not have \S+ access|Permission '\S+' denied/, "no permission"],
];

/** Looks whether there is an object, at preview and without changing anything. */
export async function lookUp({ provider }: Environment, bucket: string, name: string): Promise<Found> {
    try {
        await getBucketObjectContent({ bucket, name }, { provider });
        return "found";
    } catch (error) {
        const { message } = error as Error;
        const [, found] = refusals.find(([words]) => words.test(message)) ?? [];
        return found ?? { error: message.replaceAll(/\s+/g, " ").trim() || "an error without words" };
    }
}
