/** Formats of files by how they begin: https://mimesniff.spec.whatwg.org/ in the selection of https://pkg.go.dev/net/http#DetectContentType */
const texts: [RegExp, string][] = [
    [
        /^[\t\n\f\r ]*<(!DOCTYPE HTML|HTML|HEAD|SCRIPT|IFRAME|H1|DIV|FONT|TABLE|A|STYLE|TITLE|B|BODY|BR|P|!--)[ >]/i,
        "text/html; charset=utf-8",
    ],
    [/^[\t\n\f\r ]*<\?xml/, "text/xml; charset=utf-8"],
    [/^%PDF-/, "application/pdf"],
    [/^%!PS-Adobe-/, "application/postscript"],
    [/^BM/, "image/bmp"],
    [/^GIF8[79]a/, "image/gif"],
    [/^RIFF[\s\S]{4}WEBPVP/, "image/webp"],
    [/^FORM[\s\S]{4}AIFF/, "audio/aiff"],
    [/^ID3/, "audio/mpeg"],
    [/^RIFF[\s\S]{4}AVI /, "video/avi"],
    [/^RIFF[\s\S]{4}WAVE/, "audio/wave"],
    [/^[\s\S]{4}ftypmp4/, "video/mp4"],
    [/^OTTO/, "font/otf"],
    [/^ttcf/, "font/collection"],
    [/^wOFF/, "font/woff"],
    [/^wOF2/, "font/woff2"],
];

/** The same of binary formats, in hexadecimal digits. */
const bytes: [RegExp, string][] = [
    [/^feff/, "text/plain; charset=utf-16be"],
    [/^fffe/, "text/plain; charset=utf-16le"],
    [/^efbbbf/, "text/plain; charset=utf-8"],
    [/^0000(01|02)00/, "image/x-icon"],
    [/^89504e470d0a1a0a/, "image/png"],
    [/^ffd8ff/, "image/jpeg"],
    [/^4f67675300/, "application/ogg"],
    [/^4d54686400000006/, "audio/midi"],
    [/^1a45dfa3/, "video/webm"],
    [/^00010000/, "font/ttf"],
    [/^1f8b08/, "application/x-gzip"],
    [/^504b0304/, "application/zip"],
    [/^526172211a07(00|0100)/, "application/x-rar-compressed"],
    [/^0061736d/, "application/wasm"],
];

/** Whether no text has a byte: control characters, except for those of lines, tabs, pages and escape sequences. */
const isBinary = (byte: number) => byte < 32 && ![9, 10, 12, 13, 27].includes(byte);

/**
 * The content type of an upload without one, which the provider's client library detects in the first 512 bytes (`DetermineContentType`):
 * https://github.com/googleapis/google-api-go-client/blob/main/internal/gensupport/media.go
 */
export function detectedType(content: Buffer): string {
    const beginning = content.subarray(0, 512);
    const found = (signatures: [RegExp, string][], text: string) =>
        signatures.find(([signature]) => signature.test(text))?.[1];
    return (
        found(texts, beginning.toString("latin1")) ??
        found(bytes, beginning.toString("hex")) ??
        (beginning.some(isBinary) ? "application/octet-stream" : "text/plain; charset=utf-8")
    );
}
