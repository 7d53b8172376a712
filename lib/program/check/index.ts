/** A program that Pulumi runs. */
export interface Program {
    /** The file that Pulumi loads. */
    entry: string;
    /** The folder in which it runs. */
    folder: string;
    isPreview: boolean;
}

export function typeCheck(_program: Program): void {}
