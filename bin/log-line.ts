const PINO_WARN = 40;

type PinoLine = { level: number; msg?: string; err?: { message?: string } };

/** What of a process's output a person at the terminal should see: warnings and worse, and what is no log line. */
export function describeLogLine(line: string): string | null {
  const parsed = parsePino(line);
  if (parsed === null) return line.trim() === '' ? null : line;
  if (parsed.level < PINO_WARN) return null;
  return [parsed.msg, parsed.err?.message].filter(Boolean).join(': ');
}

function parsePino(line: string): PinoLine | null {
  if (!line.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    const isLine =
      typeof value === 'object' && value !== null && 'level' in value && typeof value.level === 'number';
    return isLine ? (value as PinoLine) : null;
  } catch {
    return null;
  }
}
