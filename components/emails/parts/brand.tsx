import { shades, tones } from '../mail-style.ts';

/** The small gate, drawn without a picture: remote ones are blocked, and they would tell who reads. */
export function Brand({ platform }: { platform: string }) {
  const ink = tones.force.ink.light;
  return (
    <table role="presentation" cellPadding={0} cellSpacing={0} border={0} data-skip-in-text="true">
      <tbody>
        <tr>
          <td
            className="tone-force"
            style={{
              width: 6,
              padding: '5px 3px 0',
              color: ink,
              border: '2px solid',
              borderBottom: 0,
              borderRadius: '8px 8px 0 0',
              lineHeight: 0,
              fontSize: 0,
            }}
          >
            <div
              className="fill-force"
              style={{ width: 6, height: 8, backgroundColor: ink, borderRadius: '3px 3px 0 0' }}
            />
          </td>
          <td
            className="ink"
            style={{
              paddingLeft: 10,
              color: shades.ink.light,
              fontSize: 15,
              fontWeight: 600,
              lineHeight: '20px',
            }}
          >
            {platform}
          </td>
        </tr>
      </tbody>
    </table>
  );
}
