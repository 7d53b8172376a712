import { allow, ManagedFolder, StorageBucket } from "slipway";
import type { SampleCall, SampleCalls } from "../iam/sampleCalls";
import { createObjects, getBucket, readBucket, storage, writeObjects } from "./bucket.program";

export function program(): void {
    const folder = new ManagedFolder("models-2024", { bucket: new StorageBucket("folders"), path: "models/2024" });
    allow(folder.reader, "group:analysts@acme.com");
}

const ofFolder = (calls: SampleCall[]) =>
    calls.map((each) =>
        each.permission === "storage.buckets.get"
            ? { ...each, remedy: ["managed-folder", "client.bucket(name)"] as [string, string] }
            : each,
    );
const folder = () => new ManagedFolder("offered", { bucket: new StorageBucket("data") });

export const sampleCalls: SampleCalls = {
    "ManagedFolder.reader": { offer: () => folder().reader, source: storage, calls: ofFolder(readBucket) },
    "ManagedFolder.writer": {
        offer: () => folder().writer,
        source: storage,
        calls: ofFolder([...readBucket, ...writeObjects]),
    },
    "ManagedFolder.creator": {
        offer: () => folder().creator,
        source: storage,
        calls: ofFolder([getBucket, ...createObjects]),
    },
};
