import * as pulumi from "@pulumi/pulumi";

/** A resource that Pulumi could not create because it exists. */
export interface Existing {
    type: string;
    name: string;
    /** Its inputs, and the settings of its provider that complete them: project, region and zone. */
    inputs: Record<string, unknown>;
    /** The URNs of its parent, unless that is the stack, and of its provider, unless that is the default one. */
    parent?: string;
    provider?: string;
}

const quoted = (text: string) => `'${text}'`;

/**
 * The command that imports a resource as what the program creates. Without the flags, Pulumi would register it below the stack and with the
 * default provider, which is another resource to the program, and protect it.
 */
export function importCommand({ type, name, parent, provider }: Existing, id: string): string {
    const flags = [
        ...(parent ? [`--parent ${quoted(`parent=${parent}`)}`] : []),
        ...(provider ? [`--provider ${quoted(`provider=${provider}`)}`] : []),
        "--protect=false",
        "--generate-code=false",
    ];
    return `pulumi import -s ${pulumi.getStack()} ${[type, name, id].map(quoted).join(" ")} ${flags.join(" ")}`;
}
