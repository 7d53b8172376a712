/** Deployed code that runs as a process of this machine. */
export interface Code {
    /** The name of its service, for messages. */
    title: string;
    /** The same for the same code. */
    id: string;
    /** The runtime that Google Cloud runs it with, such as `python313`; without a version if that is not known. */
    runtime: string;
    start: FunctionStart | ServerStart;
    /** Its files by their paths. */
    files: Record<string, Uint8Array>;
    /** The folder of this machine with the same files, which replaces that of the process in what it prints. */
    source?: string;
    /** Whether its files differ from what was deployed. */
    isEdited?: boolean;
}

/** A function that is called, and how: https://github.com/GoogleCloudPlatform/functions-framework */
export interface FunctionStart {
    kind: "function";
    target: string;
    signature: "http" | "cloudevent";
}

/** A server, which listens on the port in `PORT`. */
export interface ServerStart {
    kind: "server";
    /** The command, for a shell; by default that of the language. */
    entrypoint?: string;
    /** What a server in Python without a command serves; by default `main:app`. */
    module?: string;
}

/** How a process is started. */
export interface Program {
    program: string;
    args: string[];
    /** Variables of its language. */
    environment: Record<string, string>;
}

/** Code whose packages are installed. */
export interface Preparation {
    code: Code;
    /** The folder of its files. */
    folder: string;
    /** An empty folder for programs that its command names. */
    programs: string;
    /** The version of the runtime, such as `313` or `22`. */
    version: string;
    /** Whether a debugger listens in its process. */
    isDebugged: boolean;
    report(line: string): void;
}
