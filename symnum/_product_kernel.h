/* Products of matrices for one type and one instruction set.  _products.c includes this several times, with
 * REAL, BYTES (of a vector), ROWS (of a tile), TARGET and NAME(x) defined; a tile is 2 vectors wide.
 *
 * A is read in panels of ROWS rows, B in panels of 2 vectors: packed side by side and padded with zeros, but where they
 * lie well as they are.  Every element of C is the same chain of additions wherever it lies, however many threads run.
 */

typedef REAL NAME(vector) __attribute__((vector_size(BYTES)));
typedef REAL NAME(anywhere) __attribute__((vector_size(BYTES), aligned(sizeof(REAL)), may_alias));

#define WIDTH (BYTES / (sn_i64)sizeof(REAL))
#define PANEL (2 * WIDTH)
#define UNROLL(n) _Pragma(#n)

/* c (+)= a b for one tile: rows and columns of a lie a_row and a_column elements apart, 1 and ROWS in a panel. */
#define TILE(name, vectors, ROW, COLUMN)                                                                        \
  TARGET static void name(sn_i64 k, const REAL *restrict a, sn_i64 a_row, sn_i64 a_column,                      \
                          const REAL *restrict b, sn_i64 b_row, REAL *c, sn_i64 c_row, int add) {               \
    NAME(vector) s[ROWS][vectors];                                                                              \
    (void)a_row, (void)a_column;                                                                                \
    UNROLL(GCC unroll 16) for (int i = 0; i < ROWS; i++)                                                        \
      UNROLL(GCC unroll 2) for (int j = 0; j < vectors; j++) s[i][j] = (NAME(vector)){0};                       \
    for (sn_i64 l = 0; l < k; l++, a += COLUMN, b += b_row) {                                                   \
      NAME(vector) x[vectors];                                                                                  \
      UNROLL(GCC unroll 2) for (int j = 0; j < vectors; j++) x[j] = *(const NAME(anywhere) *)(b + j * WIDTH);   \
      UNROLL(GCC unroll 16) for (int i = 0; i < ROWS; i++)                                                      \
        UNROLL(GCC unroll 2) for (int j = 0; j < vectors; j++) s[i][j] += a[i * (ROW)] * x[j];                  \
    }                                                                                                           \
    UNROLL(GCC unroll 16) for (int i = 0; i < ROWS; i++)                                                        \
      UNROLL(GCC unroll 2) for (int j = 0; j < vectors; j++) {                                                  \
        NAME(anywhere) *const y = (NAME(anywhere) *)(c + i * c_row + j * WIDTH);                                \
        *y = add ? (NAME(vector))*y + s[i][j] : s[i][j];                                                        \
      }                                                                                                         \
  }
TILE(NAME(tile1), 1, 1, ROWS)
TILE(NAME(tile2), 2, 1, ROWS)
TILE(NAME(tile1_read), 1, a_row, a_column)
TILE(NAME(tile2_read), 2, a_row, a_column)

/* `lines` of `count` elements each become columns of a panel, the first of which lie side by side. */
TARGET static void NAME(pack)(const REAL *restrict x, sn_i64 lines, sn_i64 line_step, sn_i64 count, sn_i64 step,
                              sn_i64 panel, REAL sign, REAL *restrict y) {
  if (lines == ROWS && panel == ROWS && line_step == 1)
    for (sn_i64 l = 0; l < count; l++)
      for (sn_i64 i = 0; i < ROWS; i++) y[l * ROWS + i] = sign * x[l * step + i];
  else if (lines == PANEL && panel == PANEL && line_step == 1)
    for (sn_i64 l = 0; l < count; l++)
      for (sn_i64 i = 0; i < PANEL; i++) y[l * PANEL + i] = sign * x[l * step + i];
  else
    for (sn_i64 first = 0; first < count; first += 16) {
      const sn_i64 last = first + 16 < count ? first + 16 : count;
      for (sn_i64 i = 0; i < panel; i++)
        if (i < lines)
          for (sn_i64 l = first; l < last; l++) y[l * panel + i] = sign * x[l * step + i * line_step];
        else
          for (sn_i64 l = first; l < last; l++) y[l * panel + i] = 0;
    }
}

/* Items are panels of A (all of them, or those that are not read where they lie), then those of B. */
TARGET static int NAME(pack_task)(void *pointer, sn_i64 begin, sn_i64 end) {
  const work *const x = pointer;
  const sn_product *const p = x->product;
  for (sn_i64 item = begin; item < end; item++) {
    const sn_i64 q = item - x->packed_rows, row = item + x->row_panels - x->packed_rows, i = row * ROWS, j = q * PANEL;
    if (q < 0)
      NAME(pack)((const REAL *)p->a + i * p->a_row + x->first * p->a_column, least(ROWS, p->m - i), p->a_row, x->k,
                 p->a_column, ROWS, p->sign < 0 ? -1 : 1, (REAL *)x->a + item * x->k * ROWS);
    else
      NAME(pack)((const REAL *)p->b + j * p->b_column + x->first * p->b_row, least(PANEL, p->n - j), p->b_column, x->k,
                 p->b_row, PANEL, 1, (REAL *)x->b + q * x->k * PANEL);
  }
  return 0;
}

/* One panel of B with one group of panels of A for each item. */
TARGET static int NAME(multiply_task)(void *pointer, sn_i64 begin, sn_i64 end) {
  const work *const x = pointer;
  const sn_product *const p = x->product;
  const sn_i64 read = x->row_panels - x->packed_rows;
  REAL block[DEPTH * PANEL] __attribute__((aligned(64)));
  for (sn_i64 item = begin; item < end; item++) {
    const sn_i64 q = item % x->column_panels, columns = least(PANEL, p->n - q * PANEL);
    const sn_i64 start = item / x->column_panels * GROUP, stop = least(start + GROUP, x->row_panels);
    const int direct = x->in_place && columns == PANEL, narrow = columns <= WIDTH;
    const sn_i64 b_row = direct ? p->b_row : PANEL;
    for (sn_i64 l = 0; l < x->k; l += x->depth) {
      const sn_i64 k = least(x->depth, x->k - l);
      const int add = l > 0 || x->first > 0 || p->sign;
      const REAL *b = (const REAL *)p->b + q * PANEL * p->b_column + (x->first + l) * p->b_row;
      if (x->packed_columns) b = (const REAL *)x->b + (q * x->k + l) * PANEL;
      else if (!direct) NAME(pack)(b, columns, p->b_column, k, p->b_row, PANEL, 1, block), b = block;
      for (sn_i64 row = start; row < stop; row++) {
        if (x->half && (row + 1) * ROWS <= q * PANEL) continue;
        const int lies = row < read;
        const REAL *const a = lies ? (const REAL *)p->a + row * ROWS * p->a_row + (x->first + l) * p->a_column
                                   : (const REAL *)x->a + ((row - read) * x->k + l) * ROWS;
        REAL *const c = (REAL *)p->c + row * ROWS * p->c_row + q * PANEL;
        const sn_i64 rows = least(ROWS, p->m - row * ROWS);
        if (rows == ROWS && columns == PANEL) {
          (lies ? NAME(tile2_read) : NAME(tile2))(k, a, p->a_row, p->a_column, b, b_row, c, p->c_row, add);
          continue;
        }
        REAL part[ROWS * PANEL] __attribute__((aligned(64)));
        (narrow ? lies ? NAME(tile1_read) : NAME(tile1) : lies ? NAME(tile2_read) : NAME(tile2))(
            k, a, p->a_row, p->a_column, b, b_row, part, PANEL, 0);
        for (sn_i64 i = 0; i < rows; i++)
          for (sn_i64 j = 0; j < columns; j++)
            c[i * p->c_row + j] = add ? c[i * p->c_row + j] + part[i * PANEL + j] : part[i * PANEL + j];
      }
    }
  }
  return 0;
}

/* What lies above the tiles of the diagonal is that below them: the same products, added in the same order. */
TARGET static int NAME(mirror_task)(void *pointer, sn_i64 begin, sn_i64 end) {
  const sn_product *const p = ((const work *)pointer)->product;
  REAL *const c = p->c;
  for (sn_i64 row = begin; row < end; row++)
    for (sn_i64 j = ((row + 1) * ROWS + PANEL - 1) / PANEL * PANEL; j < p->n; j++)
      for (sn_i64 i = row * ROWS; i < (row + 1) * ROWS; i++) c[i * p->c_row + j] = c[j * p->c_row + i];
  return 0;
}

#define HALVE(n) if (WIDTH > n) for (int w = 0; w < n; w++) part[w] += part[w + n];

/* y = a x for rows of a that lie in one piece: FOUR rows at a time, two vectors of sums for each. */
TARGET static void NAME(dots)(const REAL *const *rows, const REAL *restrict x, sn_i64 k, REAL *sums) {
  NAME(vector) s[FOUR][2];
  for (int i = 0; i < FOUR; i++) s[i][0] = s[i][1] = (NAME(vector)){0};
  sn_i64 l = 0;
  for (; l + PANEL <= k; l += PANEL)
    for (int j = 0; j < 2; j++) {
      const NAME(vector) v = *(const NAME(anywhere) *)(x + l + j * WIDTH);
      for (int i = 0; i < FOUR; i++) s[i][j] += *(const NAME(anywhere) *)(rows[i] + l + j * WIDTH) * v;
    }
  if (l + WIDTH <= k) {
    const NAME(vector) v = *(const NAME(anywhere) *)(x + l);
    for (int i = 0; i < FOUR; i++) s[i][0] += *(const NAME(anywhere) *)(rows[i] + l) * v;
    l += WIDTH;
  }
  for (int i = 0; i < FOUR; i++) {
    REAL part[WIDTH];
    const NAME(vector) both = s[i][0] + s[i][1];
    REAL rest = 0;
    for (int w = 0; w < WIDTH; w++) part[w] = both[w];
    HALVE(8) HALVE(4) HALVE(2) HALVE(1)
    for (sn_i64 r = l; r < k; r++) rest += rows[i][r] * x[r];
    sums[i] = part[0] + rest;
  }
}

TARGET static int NAME(dots_task)(void *pointer, sn_i64 begin, sn_i64 end) {
  const line *const p = pointer;
  for (sn_i64 i = begin; i < end; i += FOUR) {
    const REAL *rows[FOUR];
    REAL sums[FOUR];
    for (int j = 0; j < FOUR; j++) rows[j] = (const REAL *)p->a + least(i + j, end - 1) * p->step;
    NAME(dots)(rows, p->x, p->k, sums);
    for (sn_i64 j = 0; j < least(FOUR, end - i); j++) ((REAL *)p->y)[i + j] = sums[j];
  }
  return 0;
}

/* y += a x for columns of a that lie in one piece, few of them: their sums stay in registers, and the last vector is that
 * of the last WIDTH elements, some of which it may share with the one before. */
#define FEW(name, vectors)                                                                                        \
  TARGET static void name(const REAL *restrict a, sn_i64 step, const REAL *restrict x, sn_i64 k, REAL *restrict y,  \
                          sn_i64 last) {                                                                            \
    NAME(vector) s[vectors];                                                                                        \
    UNROLL(GCC unroll 4) for (int j = 0; j < vectors; j++)                                                          \
      s[j] = *(const NAME(anywhere) *)(y + (j < vectors - 1 ? j * WIDTH : last));                                   \
    for (sn_i64 l = 0; l < k; l++)                                                                                  \
      UNROLL(GCC unroll 4) for (int j = 0; j < vectors; j++)                                                        \
        s[j] += *(const NAME(anywhere) *)(a + l * step + (j < vectors - 1 ? j * WIDTH : last)) * x[l];              \
    UNROLL(GCC unroll 4) for (int j = 0; j < vectors; j++)                                                          \
      *(NAME(anywhere) *)(y + (j < vectors - 1 ? j * WIDTH : last)) = s[j];                                         \
  }
FEW(NAME(few1), 1)
FEW(NAME(few2), 2)
FEW(NAME(few3), 3)
FEW(NAME(few4), 4)

/* y += a x for n elements of y; one chain of additions for each, whichever loop it is. */
TARGET static void NAME(add_columns)(const REAL *restrict a, sn_i64 step, const REAL *restrict x, sn_i64 k,
                                     REAL *restrict y, sn_i64 n) {
  sn_i64 l = 0;
  if (n >= WIDTH && n <= NARROW * WIDTH) {
    for (sn_i64 begin = 0; begin < n;) {
      const sn_i64 rest = n - begin, most = rest > 4 * WIDTH && rest < 5 * WIDTH ? 3 : 4;  /* leave a vector, or nothing */
      const sn_i64 vectors = least(most, (rest + WIDTH - 1) / WIDTH), length = least(vectors * WIDTH, rest);
      (vectors == 4 ? NAME(few4) : vectors == 3 ? NAME(few3) : vectors == 2 ? NAME(few2) : NAME(few1))(
          a + begin, step, x, k, y + begin, length - WIDTH);
      begin += length;
    }
    return;
  }
  for (; l + FOUR <= k; l += FOUR) {
    const REAL *restrict u = a + l * step;
    const REAL x0 = x[l], x1 = x[l + 1], x2 = x[l + 2], x3 = x[l + 3];
    for (sn_i64 i = 0; i < n; i++)
      y[i] = y[i] + u[i] * x0 + u[step + i] * x1 + u[2 * step + i] * x2 + u[3 * step + i] * x3;
  }
  for (; l < k; l++)
    for (sn_i64 i = 0; i < n; i++) y[i] += a[l * step + i] * x[l];
}

/* y = a x for columns of a that lie in one piece: each item sums a piece of y over some columns. */
TARGET static int NAME(columns_task)(void *pointer, sn_i64 begin, sn_i64 end) {
  const line *const p = pointer;
  for (sn_i64 item = begin; item < end; item++) {
    const sn_i64 piece = item % p->pieces * PIECE, n = least(PIECE, p->m - piece);
    const sn_i64 part = item / p->pieces, stop = least((part + 1) * COLUMNS, p->k);
    REAL *restrict y = (REAL *)p->y + part * p->m + piece;
    const REAL *restrict x = p->x, *restrict a = (const REAL *)p->a + piece;
    for (sn_i64 i = 0; i < n; i++) y[i] = 0;
    for (sn_i64 l = part * COLUMNS; l < stop; l += LINES)
      NAME(add_columns)(a + l * p->step, p->step, x + l, least(LINES, stop - l), y, n);
  }
  return 0;
}

/* y = a x, a function of y, and z = the transposed a by what that makes, for blocks of rows of a; each item sums z over
 * some of them. */
TARGET static int NAME(rows_task)(void *pointer, sn_i64 begin, sn_i64 end) {
  const passage *const p = pointer;
  for (sn_i64 item = begin; item < end; item++) {
    const sn_i64 stop = least((item + 1) * COLUMNS, p->first.m), n = p->last.m;
    REAL *const z = (REAL *)p->last.y + item * n;
    for (sn_i64 i = 0; i < n; i++) z[i] = 0;
    for (sn_i64 row = item * COLUMNS; row < stop; row += p->block) {
      const sn_i64 next = least(row + p->block, stop);
      NAME(dots_task)((void *)&p->first, row, next);
      const int code = p->body ? p->body(p->context, row, next) : 0;
      if (code) return code;
      NAME(add_columns)((const REAL *)p->first.a + row * p->first.step, p->first.step, (const REAL *)p->last.x + row,
                        next - row, z, n);
    }
  }
  return 0;
}

TARGET static void NAME(total)(const line *p, sn_i64 parts, void *result) {
  const REAL *restrict y = p->y;
  REAL *restrict z = result;
  for (sn_i64 i = 0; i < p->m; i++) z[i] = y[i];
  for (sn_i64 part = 1; part < parts; part++)
    for (sn_i64 i = 0; i < p->m; i++) z[i] += y[part * p->m + i];
}

static const kind NAME(kind) = {NAME(pack_task), NAME(multiply_task), NAME(mirror_task), NAME(dots_task),
                                NAME(columns_task), NAME(rows_task), NAME(total), ROWS, PANEL, sizeof(REAL)};

#undef WIDTH
#undef PANEL
#undef UNROLL
#undef TILE
#undef HALVE
