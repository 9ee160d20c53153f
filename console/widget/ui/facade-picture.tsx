/** @jsxImportSource preact */
import { drawFacade } from '../facade.ts'

/** The drawn front of a home that has no photo. */
export function Facade({ id }: { readonly id: string }) {
  const front = drawFacade(id)
  return (
    <svg
      class={`photo facade sky-${front.sky} wall-${front.wall}`}
      viewBox="0 0 120 84"
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
      focusable="false"
    >
      <rect class="sky" width="120" height="84" />
      <circle class="sun" cx={96 - front.left / 3} cy="18" r="7" />
      <path class="hills" d="M0 66 Q20 54 44 62 T84 58 T120 64 V84 H0Z" />
      {front.trees.map((tree) => (
        <g key={tree.x} class="tree">
          <path d={`M${tree.x} 77V${76 - tree.height / 2}`} />
          <ellipse cx={tree.x} cy={74 - tree.height} rx={4.5} ry={tree.height / 2} />
        </g>
      ))}
      <rect class="wall" x={front.left} y={front.top} width={front.width} height={76 - front.top} rx="1.5" />
      <rect class="roof" x={front.left - 1.5} y={front.top - 2} width={front.width + 3} height="2.6" rx="1" />
      {front.windows.map((each) => (
        <g key={`${each.x} ${each.y}`}>
          <rect class={each.lit ? 'pane is-lit' : 'pane'} x={each.x} y={each.y} width="7" height="5" rx="0.6" />
          {each.balcony && <path class="rail" d={`M${each.x - 1} ${each.y + 6}h9`} />}
        </g>
      ))}
      <rect class="ground" y="76" width="120" height="8" />
    </svg>
  )
}
