/**
 * How Pulumi marks values in states and in calls of providers:
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/go/common/resource/sig/sig.go
 */

/** The key of objects that stand for special values. Its value says which, such as {@link marks.secret}. */
export const signature = "4dabf18193072939515e22adb298388d";

export const marks = {
    secret: "1b47061264138c4ac30d75fd1eb44270",
    file: "c44067f5952c0a294b673a41bacd8c17",
    archive: "0def7320c3a5731c473e5ecbe6d01bc7",
    resource: "5cf8f73096256a8f31e491e813e4eb8e",
    output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
} as const;

/** The text that stands for a value that is only known after a deployment. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
