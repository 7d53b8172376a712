import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Reader } from "./readers";

/** The seconds of the processor that reading a text may take: what is not read in one pass takes minutes for a million characters. */
const longest = (text: string) => 2 + (4 * text.length) / 1e6;

/** Reads a text, and returns whether it is accepted. Fails unless it is, or is refused by the library with a place, in time. */
export function tried({ read, place }: Reader, text: string): boolean {
    const folder = mkdtempSync(join(tmpdir(), "slipway-fuzz-"));
    const start = process.cpuUsage();
    try {
        read(text, folder);
        return true;
    } catch (error) {
        // The library's own errors are these, without an error of the runtime in them.
        if (!pulumi.RunError.isInstance(error) && (error as Error).constructor !== Error) {
            throw error;
        }
        const [problems = ""] = (error as Error).message.split(/\n(?= {4}at )/);
        for (const line of problems.split("\n")) {
            expect(line).toMatch(place);
            expect(line.replace(/ \(got .*/s, "")).not.toMatch(
                /\[object Object\]|\b(Type|Range|Syntax|Reference)Error\b/,
            );
        }
        return false;
    } finally {
        const { user, system } = process.cpuUsage(start);
        rmSync(folder, { recursive: true });
        expect((user + system) / 1e6).toBeLessThan(longest(text));
    }
}
